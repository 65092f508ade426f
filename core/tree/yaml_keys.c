#include "yaml_keys.h"

/* The longest that libyaml takes, in characters, of which no text has more than bytes. */
#define LONGEST 1024

/* A long key, and where its two parts begin in the text that is made. */
struct un_yaml_key {
    size_t start, colon; /* in the text as it is */
    size_t indent;       /* of the colon on its own line */
    size_t mark, line;   /* where "? " stands in the text that is made, and that line */
};

typedef struct scanner {
    un_slice text;
    size_t at, line; /* offsets; `line`: where the line begins */
    size_t flow;     /* brackets that are open */
    size_t least;    /* indentation of what belongs to the last key or dash */
    bool keyed; /* whether this line has a key outside of brackets, where it can have but one */
    bool out_of_memory;
    un_yaml_keys *keys;
} scanner;

static char look(const scanner *s, size_t ahead) {
    return s->at + ahead < s->text.len ? s->text.ptr[s->at + ahead] : '\n';
}

static bool is_break(char c) {
    return c == '\n' || c == '\r';
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_gap(char c) {
    return is_blank(c) || is_break(c);
}

static bool at_end(const scanner *s) {
    return s->at >= s->text.len;
}

static void skip_blanks(scanner *s) {
    while (!at_end(s) && is_blank(look(s, 0)))
        s->at++;
}

/* To the end of the line, where the next one begins. */
static void skip_line(scanner *s) {
    while (!at_end(s) && !is_break(look(s, 0)))
        s->at++;
}

static void begin_line(scanner *s) {
    s->at++;
    s->line = s->at;
    s->keyed = false;
}

/* The lines that go on with the value of the last key or dash, as empty ones do. */
static void skip_continuation(scanner *s) {
    for (;;) {
        while (!at_end(s) && is_break(look(s, 0)))
            begin_line(s);
        size_t start = s->at;
        skip_blanks(s);
        if (at_end(s) || (!is_break(look(s, 0)) && s->at - start < s->least)) {
            s->at = start;
            return;
        }
        skip_line(s);
    }
}

static void add_key(scanner *s, size_t start) {
    un_yaml_keys *keys = s->keys;
    struct un_yaml_key *list =
        un_arena_grow(&keys->arena, keys->list, &keys->capacity, keys->count + 1, sizeof *list);
    s->out_of_memory |= !list;
    if (!list)
        return;
    keys->list = list;
    list[keys->count++] = (struct un_yaml_key){
        .start = start, .colon = s->at, .indent = s->flow ? 1 : start - s->line};
}

/* Behind a scalar that began at `start`: takes the colon that makes it a key. */
static bool take_colon(scanner *s, size_t start) {
    size_t end = s->at;
    skip_blanks(s);
    if (at_end(s) || look(s, 0) != ':' || start < s->line || (!s->flow && !is_gap(look(s, 1)))) {
        s->at = end;
        return false;
    }
    if (s->at - start > LONGEST && (s->flow || !s->keyed))
        add_key(s, start);
    if (!s->flow) {
        s->keyed = true;
        s->least = start - s->line + 1;
    }
    s->at++;
    return true;
}

static void scan_quoted(scanner *s) {
    size_t start = s->at;
    char quote = look(s, 0);
    for (s->at++; !at_end(s) && look(s, 0) != quote;) {
        if (is_break(look(s, 0)))
            begin_line(s);
        else
            s->at += quote == '"' && look(s, 0) == '\\' && !is_break(look(s, 1)) ? 2 : 1;
    }
    s->at += !at_end(s);
    take_colon(s, start);
}

static bool ends_plain(const scanner *s) {
    char c = look(s, 0);
    return is_break(c) || (c == ':' && is_gap(look(s, 1))) || (is_blank(c) && look(s, 1) == '#') ||
           (s->flow && strchr(",[]{}", c) && c);
}

static void scan_plain(scanner *s) {
    size_t start = s->at;
    while (!at_end(s) && !ends_plain(s))
        s->at++;
    if (!take_colon(s, start) && !s->flow && is_break(look(s, 0)))
        skip_continuation(s);
}

static bool is_marker(const scanner *s) {
    char c = look(s, 0);
    return s->at == s->line && (c == '-' || c == '.') && look(s, 1) == c && look(s, 2) == c &&
           is_gap(look(s, 3));
}

/* What stands for itself outside of brackets; false: a scalar does. */
static bool scan_block(scanner *s) {
    char c = look(s, 0);
    if (is_marker(s)) {
        s->least = 0;
        s->at += 3;
    } else if ((c == '-' || c == '?' || c == ':') && is_gap(look(s, 1))) {
        s->least = s->at - s->line + 1;
        s->at++;
    } else if (c == '|' || c == '>') {
        skip_line(s);
        skip_continuation(s);
    } else {
        return false;
    }
    return true;
}

/* The same within brackets. */
static bool scan_flow(scanner *s) {
    char c = look(s, 0);
    bool explicit = c == '?' && is_gap(look(s, 1));
    if (!explicit && (!c || !strchr(",:]}", c)))
        return false;
    s->flow -= c == ']' || c == '}';
    s->at++;
    return true;
}

static void open_bracket(scanner *s) {
    s->flow++;
    s->at++;
}

static void scan_token(scanner *s) {
    char c = look(s, 0);
    if (is_break(c))
        begin_line(s);
    else if (is_blank(c))
        s->at++;
    else if (c == '#' || (c == '%' && s->at == s->line))
        skip_line(s);
    else if (c == '[' || c == '{')
        open_bracket(s);
    else if (c == '"' || c == '\'')
        scan_quoted(s);
    else if (s->flow ? !scan_flow(s) : !scan_block(s))
        scan_plain(s);
}

/* Copies the text up to `end` and returns where it goes on. */
static char *copy_to(char *out, un_slice text, size_t from, size_t end) {
    memcpy(out, text.ptr + from, end - from);
    return out + (end - from);
}

/* "? " in front of each key, and its colon on a line of its own. */
static bool write_text(un_yaml_keys *keys, un_slice text) {
    size_t length = text.len, from = 0;
    for (size_t i = 0; i < keys->count; i++)
        length += 3 + keys->list[i].indent;
    char *whole = un_arena_alloc(&keys->arena, length), *out = whole;
    if (!whole)
        return false;
    for (size_t i = 0; i < keys->count; i++) {
        struct un_yaml_key *key = &keys->list[i];
        out = copy_to(out, text, from, key->start);
        key->mark = (size_t)(out - whole);
        out = copy_to(out, UN_SLICE("? "), 0, 2);
        out = copy_to(out, text, key->start, key->colon);
        key->line = (size_t)(out - whole);
        *out++ = '\n';
        memset(out, ' ', key->indent);
        out += key->indent;
        from = key->colon;
    }
    copy_to(out, text, from, text.len);
    keys->text = (un_slice){whole, length};
    return true;
}

un_status un_yaml_split_keys(un_yaml_keys *out, un_slice text, un_error *error) {
    *out = (un_yaml_keys){0};
    scanner s = {.text = text, .keys = out};
    while (!at_end(&s) && !s.out_of_memory)
        scan_token(&s);
    if (s.out_of_memory || (out->count && !write_text(out, text)))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    return UN_OK;
}

/* The last key whose "? " does not stand behind `at`; NULL: all do. */
static const struct un_yaml_key *key_before(const un_yaml_keys *keys, size_t at) {
    size_t low = 0, high = keys->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (keys->list[middle].mark <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &keys->list[low - 1] : NULL;
}

size_t un_yaml_origin(const un_yaml_keys *keys, size_t at) {
    const struct un_yaml_key *key = key_before(keys, at);
    if (!key)
        return at;
    if (at < key->line)
        return at < key->mark + 2 ? key->start : key->start + (at - key->mark - 2);
    size_t rest = key->line + 1 + key->indent;
    return at < rest ? key->colon : key->colon + (at - rest);
}

void un_yaml_keys_free(un_yaml_keys *keys) {
    un_arena_free(&keys->arena);
    *keys = (un_yaml_keys){0};
}
