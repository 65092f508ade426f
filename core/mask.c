#include "mask.h"
#include "ascii.h"

/* A name that is longer is none that we know. */
#define NAME_MOST 64
/* A user in a URL that is longer than this is no name but a token. */
#define USER_MOST 16

typedef struct mask {
    char *text; /* what is read, from `done` on; what is written, up to `kept` */
    size_t length, done, kept;
    size_t word_end; /* of the word that was looked through last */
    size_t last_at;  /* where its last '@' is */
} mask;

/* Text up to `from` stays, what is between is hidden. */
static void hide(mask *m, size_t from, size_t to) {
    size_t stays = from - m->done, stars = to - from < 3 ? to - from : 3;
    memmove(m->text + m->kept, m->text + m->done, stays);
    memset(m->text + m->kept + stays, '*', stars);
    m->kept += stays + stars;
    m->done = to;
}

/* --- kinds of bytes --------------------------------------------------------------------------- */

static bool is_space(char c) {
    return (unsigned char)c <= ' ' || c == 127;
}

static bool is_quote(char c) {
    return c == '"' || c == '\'' || c == '`';
}

static bool ends_word(char c) {
    return is_space(c) || is_quote(c) || c == '<' || c == '>' || c == '|' || c == '\\';
}

static bool is_name(char c) {
    return un_is_alphanumeric(c) || c == '_' || c == '-' || c == '.';
}

static un_slice rest_of(const mask *m, size_t at) {
    return (un_slice){m->text + at, m->length - at};
}

/* --- names ------------------------------------------------------------------------------------ */

static bool ends_with_one_of(un_slice name, const char *const *words) {
    for (; *words; words++)
        if (un_slice_ends(name, un_slice_of(*words)))
            return true;
    return false;
}

static bool is_one_of(un_slice name, const char *const *words) {
    for (; *words; words++)
        if (un_slice_equal(name, un_slice_of(*words)))
            return true;
    return false;
}

typedef enum sense {
    HARMLESS,
    HIDES_VALUE, /* what is behind it is a secret, up to the end of the word or of the quotes */
    HIDES_LINE,  /* up to the end of the line or of the quotes */
} sense;

/* `assigned`: by an equals sign; a colon stands behind words of sentences, too. */
static sense sense_of(un_slice name, bool assigned) {
    static const char *const ends[] = {
        "token",      "password",    "passwd",     "passphrase", "secret",     "apikey",
        "accesskey",  "secretkey",   "privatekey", "accountkey", "signingkey", "encryptionkey",
        "credential", "credentials", "pwd",        "configauth", NULL};
    static const char *const exact[] = {"auth",          "pass",           "sig", "signature",
                                        "xamzsignature", "xgoogsignature", NULL};
    static const char *const lines[] = {"authorization", "cookie", "accesstokens", NULL};
    char folded[NAME_MOST];
    un_slice word = {folded, 0};
    for (size_t i = 0; i < name.len; i++)
        if (un_is_alphanumeric(name.ptr[i]))
            folded[word.len++] = un_lower(name.ptr[i]);
    if (ends_with_one_of(word, lines))
        return HIDES_LINE;
    if (ends_with_one_of(word, ends) || (assigned && is_one_of(word, exact)))
        return HIDES_VALUE;
    return HARMLESS;
}

/* The name that ends before `at`, perhaps in quotes, perhaps with some blanks behind it. */
static un_slice name_before(const mask *m, size_t at) {
    size_t end = at, least = m->done;
    while (end > least && at - end < 8 && (m->text[end - 1] == ' ' || m->text[end - 1] == '\t'))
        end--;
    if (end > least && is_quote(m->text[end - 1]))
        end--;
    if (end > least && m->text[end - 1] == '\\')
        end--;
    size_t start = end;
    while (start > least && end - start < NAME_MOST && is_name(m->text[start - 1]))
        start--;
    return (un_slice){m->text + start, end - start};
}

/* --- values ----------------------------------------------------------------------------------- */

/* Whether the next parameter of a URL begins here: an ampersand may be part of a password. */
static bool is_next_parameter(const mask *m, size_t at) {
    size_t end = at + 1;
    if (m->text[at] != '&')
        return false;
    while (end < m->length && end - at <= NAME_MOST && is_name(m->text[end]))
        end++;
    return end > at + 1 && end < m->length && m->text[end] == '=';
}

static size_t end_of_value(const mask *m, size_t from) {
    size_t at = from;
    while (at < m->length && !is_space(m->text[at]) && !is_quote(m->text[at]) &&
           m->text[at] != '<' && m->text[at] != '>' && m->text[at] != '\\' &&
           !is_next_parameter(m, at))
        at++;
    return at;
}

static size_t end_of_quoted(const mask *m, size_t from, char quote) {
    size_t at = from;
    while (at < m->length && m->text[at] != quote && m->text[at] != '\n')
        at++;
    return at;
}

static size_t end_of_line(const mask *m, size_t from) {
    size_t at = from;
    while (at < m->length && m->text[at] != '\n' && !is_quote(m->text[at]))
        at++;
    return at;
}

/* What is behind a name and its sign. Returns where to go on. */
static size_t hide_value(mask *m, size_t at, sense what) {
    while (at < m->length && (m->text[at] == ' ' || m->text[at] == '\t'))
        at++;
    if (at + 1 < m->length && m->text[at] == '\\' && is_quote(m->text[at + 1]))
        at++;
    size_t end;
    if (at < m->length && is_quote(m->text[at])) {
        char quote = m->text[at++];
        end = end_of_quoted(m, at, quote);
    } else {
        end = what == HIDES_LINE ? end_of_line(m, at) : end_of_value(m, at);
    }
    if (end > at)
        hide(m, at, end);
    return end;
}

/* "user:password". Returns where to go on. */
static size_t hide_password(mask *m, size_t from) {
    size_t end = end_of_value(m, from);
    un_slice value = {m->text + from, end - from};
    size_t secret = un_slice_find(value, ':') + 1;
    if (secret < value.len)
        hide(m, from + secret, end);
    return end;
}

static bool is_word(un_slice text, const char *word) {
    bool same = text.len == strlen(word);
    for (size_t i = 0; same && i < text.len; i++)
        same = un_lower(text.ptr[i]) == word[i];
    return same;
}

/* Whether it is a sign of comparison, or the colon of a URL. */
static bool is_no_assignment(const mask *m, size_t at) {
    char before = at > m->done ? m->text[at - 1] : ' ';
    char next = at + 1 < m->length ? m->text[at + 1] : ' ';
    if (m->text[at] == ':')
        return next == '=' || un_slice_starts(rest_of(m, at), UN_SLICE("://"));
    return next == '=' || before == '=' || before == '!' || before == '<' || before == '>' ||
           before == '~';
}

/* "name=value", "name: value", "name := value", "name => value". Returns where to go on. */
static size_t at_sign(mask *m, size_t at) {
    if (is_no_assignment(m, at))
        return at + 1;
    bool assigned = m->text[at] == '=';
    size_t end = assigned && at > m->done && m->text[at - 1] == ':' ? at - 1 : at;
    size_t from = assigned && at + 1 < m->length && m->text[at + 1] == '>' ? at + 2 : at + 1;
    un_slice name = name_before(m, end);
    sense what = sense_of(name, assigned);
    if (assigned && is_word(name, "--user"))
        return hide_password(m, from);
    return what == HARMLESS ? at + 1 : hide_value(m, from, what);
}

/* --- words that announce the next one --------------------------------------------------------- */

/* Whether it is no word of a sentence: long, or with a digit; `capitals` and signs tell, too. */
static bool is_strange(un_slice word, bool capitals) {
    bool strange = word.len >= 16;
    for (size_t i = 0; !strange && i < word.len; i++)
        strange =
            un_is_digit(word.ptr[i]) || (capitals && !(word.ptr[i] >= 'a' && word.ptr[i] <= 'z'));
    return strange && word.len >= 4;
}

/* Whether it is neither a word nor a number: with letters and digits, and as long as a password. */
static bool is_mixed(un_slice word) {
    bool digit = false, letter = false;
    for (size_t i = 0; i < word.len; i++) {
        digit = digit || un_is_digit(word.ptr[i]);
        letter = letter || (un_is_alphanumeric(word.ptr[i]) && !un_is_digit(word.ptr[i]));
    }
    return word.len >= 8 && digit && letter;
}

/* What the word before a blank says of the next one. */
typedef enum herald {
    NOTHING,
    SCHEME, /* "Bearer value" */
    OPTION, /* "--token value" */
    SAID,   /* "password value", as in .netrc */
    USER,   /* "-u user:password" */
} herald;

static herald herald_of(un_slice word) {
    if (is_word(word, "-u") || is_word(word, "--user"))
        return USER;
    if (is_word(word, "bearer") || is_word(word, "basic"))
        return SCHEME;
    if (sense_of(word, false) != HIDES_VALUE)
        return NOTHING;
    return un_slice_starts(word, UN_SLICE("-")) ? OPTION : SAID;
}

static size_t at_blank(mask *m, size_t at) {
    size_t start = at, from = at + 1;
    while (start > m->done && at - start < NAME_MOST && is_name(m->text[start - 1]))
        start--;
    herald what = herald_of((un_slice){m->text + start, at - start});
    if (what == NOTHING || from == m->length || is_space(m->text[from]) || m->text[from] == '-')
        return from;
    if (is_quote(m->text[from]))
        from++;
    if (what == USER)
        return hide_password(m, from);
    size_t end = end_of_value(m, from);
    un_slice value = {m->text + from, end - from};
    bool hidden = what == SAID ? is_mixed(value) : is_strange(value, what == OPTION);
    if (hidden)
        hide(m, from, end);
    return hidden || what == OPTION ? end : from;
}

/* --- URLs ------------------------------------------------------------------------------------- */

/* Looks through a word once, however often something is asked about it. */
static void know_word(mask *m, size_t at) {
    if (at < m->word_end)
        return;
    m->last_at = m->length;
    for (m->word_end = at; m->word_end < m->length && !ends_word(m->text[m->word_end]);
         m->word_end++)
        if (m->text[m->word_end] == '@')
            m->last_at = m->word_end;
}

static size_t end_of_authority(const mask *m, size_t from) {
    size_t at = from;
    while (at < m->word_end && !strchr("/?#", m->text[at]))
        at++;
    return at;
}

/* Whether a user without a password is a token: a long one, and by HTTP any, where names go with
 * passwords; but "git" is what people copy from SSH. `at` is the colon behind the scheme. */
static bool is_token_of_url(const mask *m, size_t at, un_slice user) {
    size_t start = at;
    while (start > m->done && at - start < 6 && un_is_alphanumeric(m->text[start - 1]))
        start--;
    un_slice scheme = {m->text + start, at - start};
    bool http = is_word(scheme, "http") || is_word(scheme, "https");
    return user.len > USER_MOST || (http && user.len > 0 && !is_word(user, "git"));
}

/* "://user:password@host"; who writes a slash into a password meant it as one. `at` is the colon.
 */
static size_t at_url(mask *m, size_t at) {
    size_t from = at + 3;
    know_word(m, at);
    if (from >= m->word_end)
        return at + 1;
    size_t end = end_of_authority(m, from);
    un_slice authority = {m->text + from, end - from};
    size_t user = un_slice_find_last(authority, '@'), colon = un_slice_find(authority, ':');
    if (user < authority.len &&
        (colon < user || is_token_of_url(m, at, un_slice_part(authority, 0, user)))) {
        hide(m, from, from + user);
        return from + user;
    }
    bool cut = user == authority.len && colon + 1 < authority.len &&
               !un_is_digit(authority.ptr[colon + 1]) && authority.ptr[0] != '[';
    if (cut && m->last_at > end && m->last_at < m->word_end) {
        hide(m, from, m->last_at);
        return m->last_at;
    }
    /* What is in the authority may be a token, and an assignment. */
    return from;
}

/* --- tokens whose form is known --------------------------------------------------------------- */

typedef struct form {
    const char *prefix;
    size_t least;  /* bytes behind the prefix */
    bool capitals; /* of capitals and digits alone */
} form;

static bool is_token(char c) {
    return un_is_alphanumeric(c) || c == '_' || c == '-';
}

static size_t end_of_token(const mask *m, size_t from) {
    size_t at = from;
    while (at < m->length && is_token(m->text[at]))
        at++;
    return at;
}

static bool are_capitals(const mask *m, size_t from, size_t to) {
    while (from < to &&
           (un_is_digit(m->text[from]) || (m->text[from] >= 'A' && m->text[from] <= 'Z')))
        from++;
    return from == to;
}

/* Three parts with dots between, of which two are JSON in base64. */
static size_t end_of_web_token(const mask *m, size_t from) {
    size_t first = end_of_token(m, from);
    if (first >= m->length || m->text[first] != '.' || first - from < 10)
        return first;
    size_t second = end_of_token(m, first + 1);
    return second < m->length && m->text[second] == '.' ? end_of_token(m, second + 1) : second;
}

/* `at` is where a word or a part of one begins. Returns where to go on. */
static size_t at_token(mask *m, size_t at) {
    static const form forms[] = {
        {"ghp_", 16, false},     {"gho_", 16, false},      {"ghu_", 16, false},
        {"ghs_", 16, false},     {"ghr_", 16, false},      {"github_pat_", 16, false},
        {"glpat-", 16, false},   {"gldt-", 16, false},     {"glrt-", 16, false},
        {"glcbt-", 16, false},   {"glptt-", 16, false},    {"glft-", 16, false},
        {"glsoat-", 16, false},  {"glagent-", 16, false},  {"glimt-", 16, false},
        {"npm_", 30, false},     {"pypi-", 40, false},     {"xoxa-", 10, false},
        {"xoxb-", 10, false},    {"xoxp-", 10, false},     {"xoxr-", 10, false},
        {"xoxs-", 10, false},    {"xapp-", 10, false},     {"AKIA", 16, true},
        {"ASIA", 16, true},      {"AIza", 30, false},      {"ya29.", 16, false},
        {"sk_live_", 16, false}, {"rk_live_", 16, false},  {"sk-ant-", 16, false},
        {"sk-", 32, false},      {"rubygems_", 30, false}, {"hf_", 30, false},
        {"dop_v1_", 30, false},  {"dckr_pat_", 16, false}, {"cachix_", 30, false},
        {"ATATT", 30, false},    {"oy2", 40, false},       {"hvs.", 20, false},
        {"eyJ", 30, false}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        un_slice prefix = un_slice_of(forms[i].prefix);
        if (!un_slice_starts(rest_of(m, at), prefix))
            continue;
        size_t from = at + prefix.len;
        size_t end = prefix.ptr[0] == 'e' ? end_of_web_token(m, from) : end_of_token(m, from);
        if (end - from < forms[i].least || (forms[i].capitals && !are_capitals(m, from, end)))
            return from;
        hide(m, from, end);
        return end;
    }
    return at + 1;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Each step goes on behind what it has looked at, or looks no further than a name is long; what is
 * asked about a whole word is known after one look. */
static size_t step(mask *m, size_t at) {
    char c = m->text[at];
    if (c == ' ' || c == '\t')
        return at_blank(m, at);
    if (c == ':' && un_slice_starts(rest_of(m, at), UN_SLICE("://")))
        return at_url(m, at);
    if (c == '=' || c == ':')
        return at_sign(m, at);
    bool begins = at == m->done || !un_is_alphanumeric(m->text[at - 1]);
    return begins && un_is_alphanumeric(c) ? at_token(m, at) : at + 1;
}

size_t un_mask(char *text, size_t length) {
    mask m = {.text = text, .length = length};
    for (size_t at = 0; at < length;)
        at = step(&m, at);
    size_t rest = length - m.done;
    memmove(text + m.kept, text + m.done, rest);
    return m.kept + rest;
}
