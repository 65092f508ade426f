#include "source.h"
#include "core/slice.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What a token costs whatever it is, and how many bytes cost as much as an instruction. */
#define PER_TOKEN             8
#define BYTES_PER_INSTRUCTION 2
/* Variables that are looked at in the time of an instruction. */
#define NAMES_PER_INSTRUCTION 8
/* What Lua allows in one function, and how deep blocks may stand in each other. */
#define MOST_LOCALS   200
#define MOST_UPVALUES 255
#define MOST_BLOCKS   256

typedef enum opened {
    BLOCK,
    LOOP, /* whose `do` is still to come */
    FUNCTION
} opened;

/* What is in scope: the variables of this function, and those of the functions around it. */
typedef struct scope {
    int locals;
    int around;    /* variables of the functions around it */
    size_t before; /* what looking for a name there may look at */
} scope;

/* Which names are being declared. */
typedef enum declaring {
    NOTHING,
    TITLE, /* behind `function`, before the parentheses */
    NAMES, /* a name follows */
    MORE   /* a comma may follow */
} declaring;

typedef struct scan {
    const char *at, *end;
    int line;
    size_t work, jumps, numbers;
    scope scope;
    declaring declaring;
    bool attribute; /* the next name is one, as in <const> */
    int blocks;
    opened kinds[MOST_BLOCKS];
    scope outside[MOST_BLOCKS]; /* of each block */
    un_source *out;
} scan;

static int least(int a, int b) {
    return a < b ? a : b;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* ---- strings, comments, numbers -------------------------------------------------------------- */

static void note_nul(scan *s) {
    if (!s->out->nul_line)
        s->out->nul_line = s->line;
}

static void step(scan *s) {
    s->line += *s->at == '\n';
    if (*s->at == '\0')
        note_nul(s);
    s->at++;
}

/* The level of the long bracket that stands here, [[ having 0; -1: there is none. */
static int bracket_level(const scan *s) {
    const char *at = s->at + 1;
    while (at < s->end && *at == '=')
        at++;
    return at < s->end && *at == '[' ? (int)(at - s->at) - 1 : -1;
}

static void pass_long(scan *s, int level) {
    s->at += level + 2;
    for (; s->at < s->end; step(s)) {
        if (*s->at != ']')
            continue;
        const char *at = s->at + 1;
        while (at < s->end && *at == '=')
            at++;
        if (at < s->end && *at == ']' && at - s->at - 1 == level) {
            s->at = at + 1;
            return;
        }
        /* What was looked at is no end, and is not looked at again. */
        s->at = at - 1;
    }
}

static int digit_of(char c, int base) {
    int value = is_digit(c)                                        ? c - '0'
                : base == 16 && (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                                   : base;
    return value < base ? value : -1;
}

/* Whether the digits from there on, `most` of them, are a zero. */
static bool is_zero(const scan *s, const char *at, int base, int most) {
    int count = 0;
    while (at < s->end && count < most && digit_of(*at, base) == 0) {
        count++;
        at++;
    }
    return count > 0 && (count == most || at == s->end || digit_of(*at, base) < 0);
}

static void pass_escape(scan *s) {
    const char *digits = s->at + 1;
    if (digits < s->end &&
        (*digits == 'x'                          ? is_zero(s, digits + 1, 16, 2)
         : *digits == 'u' && s->end - digits > 2 ? is_zero(s, digits + 2, 16, INT32_MAX)
                                                 : is_zero(s, digits, 10, 3)))
        note_nul(s);
    bool skips_blanks = digits < s->end && *digits == 'z';
    s->at++;
    if (s->at < s->end)
        step(s);
    while (skips_blanks && s->at < s->end && is_blank(*s->at))
        step(s);
}

static void pass_quoted(scan *s) {
    char quote = *s->at++;
    while (s->at < s->end && *s->at != quote && *s->at != '\n') {
        if (*s->at == '\\')
            pass_escape(s);
        else
            step(s);
    }
    if (s->at < s->end && *s->at == quote)
        s->at++;
}

static void pass_number(scan *s) {
    s->numbers++;
    for (; s->at < s->end && (is_word(*s->at) || *s->at == '.'); s->at++) {
        char exponent = (char)(*s->at | 32);
        if ((exponent == 'e' || exponent == 'p') && s->end - s->at > 1 &&
            (s->at[1] == '+' || s->at[1] == '-'))
            s->at++;
    }
}

/* Blanks and comments; false: the text ends. */
static bool pass_blanks(scan *s) {
    while (s->at < s->end) {
        char c = *s->at;
        if (c == '-' && s->end - s->at > 1 && s->at[1] == '-') {
            s->at += 2;
            int level = s->at < s->end && *s->at == '[' ? bracket_level(s) : -1;
            if (level >= 0)
                pass_long(s, level);
            while (level < 0 && s->at < s->end && *s->at != '\n')
                step(s);
        } else if (is_blank(c) || c == '\0') {
            step(s);
        } else {
            return true;
        }
    }
    return false;
}

/* ---- scopes ---------------------------------------------------------------------------------- */

/* What looking for a name here may look at, which is what is seen here and around. */
static size_t in_scope(const scope *here) {
    return here->before + (size_t)least(here->locals, MOST_LOCALS) +
           (size_t)least(here->around + 1, MOST_UPVALUES);
}

/* Lua itself gives up on blocks that stand deeper than we count. */
static void open(scan *s, opened kind) {
    if (s->blocks < MOST_BLOCKS) {
        s->kinds[s->blocks] = kind;
        s->outside[s->blocks] = s->scope;
    }
    s->blocks++;
    if (kind == FUNCTION) {
        size_t before = in_scope(&s->scope);
        s->scope.around += least(s->scope.locals, MOST_LOCALS);
        s->scope.before = before;
        s->scope.locals = 1;
        s->declaring = TITLE;
    }
}

static void close(scan *s) {
    if (s->blocks > 0 && --s->blocks < MOST_BLOCKS)
        s->scope = s->outside[s->blocks];
}

/* The block goes on with another, as at `else`. */
static void reopen(scan *s) {
    if (s->blocks > 0 && s->blocks <= MOST_BLOCKS)
        s->scope.locals = s->outside[s->blocks - 1].locals;
}

/* `do` belongs to the loop that waits for it, else it begins a block. */
static void open_do(scan *s) {
    if (s->blocks > 0 && s->blocks <= MOST_BLOCKS && s->kinds[s->blocks - 1] == LOOP)
        s->kinds[s->blocks - 1] = BLOCK;
    else
        open(s, BLOCK);
}

/* What is declared inside is seen behind `until` too. */
static void close_repeat(scan *s) {
    int locals = s->scope.locals;
    close(s);
    s->scope.locals = locals;
}

typedef enum keyword {
    NAME,
    OTHER,
    JUMP,
    IF,
    ELSE,
    ELSEIF,
    FOR,
    WHILE,
    DO,
    REPEAT,
    UNTIL,
    END,
    FUNCTION_KEY,
    LOCAL
} keyword;

static keyword keyword_of(const char *word, size_t size) {
    static const struct {
        const char *word;
        keyword is;
    } keywords[] = {
        {"and", JUMP},    {"or", JUMP},      {"break", JUMP},    {"goto", JUMP},
        {"if", IF},       {"else", ELSE},    {"elseif", ELSEIF}, {"for", FOR},
        {"while", WHILE}, {"do", DO},        {"repeat", REPEAT}, {"until", UNTIL},
        {"end", END},     {"local", LOCAL},  {"then", OTHER},    {"function", FUNCTION_KEY},
        {"in", OTHER},    {"return", OTHER}, {"not", OTHER},     {"nil", OTHER},
        {"true", OTHER},  {"false", OTHER}};
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strncmp(keywords[i].word, word, size) == 0 && keywords[i].word[size] == '\0')
            return keywords[i].is;
    return NAME;
}

static void take_name(scan *s) {
    s->work += in_scope(&s->scope) / NAMES_PER_INSTRUCTION;
    if (s->declaring == NAMES && !s->attribute) {
        s->scope.locals++;
        s->declaring = MORE;
    } else if (s->declaring == MORE && !s->attribute) {
        s->declaring = NOTHING;
    }
    s->attribute = false;
}

static void take_keyword(scan *s, keyword is) {
    if (is == FUNCTION_KEY && s->declaring == NAMES)
        s->scope.locals++; /* local function NAME */
    s->declaring = is == LOCAL || is == FOR ? NAMES : NOTHING;
    s->jumps += is == JUMP || is == ELSEIF;
    switch (is) {
    case FUNCTION_KEY:
        open(s, FUNCTION);
        break;
    case IF:
    case REPEAT:
        open(s, BLOCK);
        break;
    case FOR:
        open(s, LOOP);
        s->scope.locals += 4; /* what the loop itself keeps */
        break;
    case WHILE:
        open(s, LOOP);
        break;
    case DO:
        open_do(s);
        break;
    case ELSE:
    case ELSEIF:
        reopen(s);
        break;
    case UNTIL:
        close_repeat(s);
        break;
    case END:
        close(s);
        break;
    default:
        break;
    }
}

static void take_mark(scan *s, char mark) {
    if (mark == ':' && s->end - s->at > 1 && s->at[1] == ':') {
        s->jumps++;
        s->at++;
    }
    s->at++;
    if (s->declaring == TITLE && mark == '(')
        s->declaring = NAMES;
    else if (s->declaring == MORE && mark == ',')
        s->declaring = NAMES;
    else if (s->declaring == MORE && mark == '<')
        s->attribute = true;
    else if (s->declaring != TITLE && !(s->declaring == MORE && mark == '>'))
        s->declaring = NOTHING;
}

static void take_token(scan *s) {
    char c = *s->at;
    s->work += PER_TOKEN + (size_t)least(s->scope.locals, MOST_LOCALS) / 4;
    if (is_digit(c) || (c == '.' && s->end - s->at > 1 && is_digit(s->at[1]))) {
        pass_number(s);
    } else if (is_word(c)) {
        const char *word = s->at;
        while (s->at < s->end && is_word(*s->at))
            s->at++;
        keyword is = keyword_of(word, (size_t)(s->at - word));
        if (is == NAME)
            take_name(s);
        else
            take_keyword(s, is);
    } else if (c == '"' || c == '\'') {
        pass_quoted(s);
    } else if (c == '[' && bracket_level(s) >= 0) {
        pass_long(s, bracket_level(s));
    } else {
        take_mark(s, c);
    }
}

/* Each jump may walk over all others, and each number over all others. */
un_source un_source_weigh(const char *bytes, size_t size) {
    un_source out = {.work = size / BYTES_PER_INSTRUCTION};
    scan s = {.at = bytes, .end = bytes + size, .line = 1, .out = &out};
    while (pass_blanks(&s))
        take_token(&s);
    out.work += s.work + s.jumps * s.jumps / 8 + s.numbers * s.numbers / 8;
    return out;
}

/* ---- where things stand ---------------------------------------------------------------------- */

static void blank(char *from, const char *to) {
    for (; from < to; from++)
        if (*from != '\n')
            *from = ' ';
}

void un_source_blank(char *bytes, size_t size) {
    un_source out;
    scan s = {.at = bytes, .end = bytes + size, .out = &out};
    for (;;) {
        char *start = bytes + (s.at - bytes);
        bool more = pass_blanks(&s);
        blank(start, s.at);
        if (!more)
            return;
        start = bytes + (s.at - bytes);
        if (*start == '"' || *start == '\'') {
            pass_quoted(&s);
            blank(start, s.at);
        } else if (*start == '[' && bracket_level(&s) >= 0) {
            pass_long(&s, bracket_level(&s));
            blank(start, s.at);
        } else {
            s.at++;
        }
    }
}

static size_t pass_spaces(const char *code, size_t size, size_t at) {
    while (at < size && is_blank(code[at]))
        at++;
    return at;
}

/* Whether a name of lower case and a call stand there. */
static bool is_call(const char *code, size_t size, size_t at) {
    size_t name = at;
    while (at < size && code[at] >= 'a' && code[at] <= 'z')
        at++;
    size_t behind = pass_spaces(code, size, at);
    return at > name && behind < size && (code[behind] == '{' || code[behind] == '(');
}

size_t un_source_lead(const char *code, size_t size, size_t from, const char *lead) {
    bool any = strcmp(lead, "u") == 0;
    const char *what = any ? "u." : lead;
    size_t length = strlen(what);
    for (size_t at = from; at < size; at++) {
        at += un_slice_search((un_slice){code + at, size - at}, (un_slice){what, length});
        if (at == size)
            return size;
        if (!any || is_call(code, size, at + length))
            return at;
    }
    return size;
}

static bool is_assigned(const char *code, size_t size, size_t at) {
    at = pass_spaces(code, size, at);
    return at + 1 < size && code[at] == '=' && code[at + 1] != '=';
}

/* Words are compared once each, and no further than they go: the key may be a stranger's. */
size_t un_source_find(const char *code, size_t size, size_t from, const char *key, size_t length,
                      int depth) {
    int level = 0;
    for (size_t at = from, end; at < size; at = end) {
        for (end = at; end < size && is_word(code[end]);)
            end++;
        bool same = end - at == length && memcmp(code + at, key, length) == 0;
        if (same && length &&
            (depth < 0 || (level == depth && is_assigned(code, size, at + length))))
            return at;
        level += (code[at] == '{') - (code[at] == '}');
        end += end == at;
    }
    return size;
}
