#include "version.h"

#define COMPONENTS 16

/* One parsed version. `release` are the numbers that a bump level is told from. */
typedef struct parsed {
    un_slice prefix; /* a name in front, as in python3-3.11.14 */
    un_slice text;   /* what follows it */
    un_slice release[COMPONENTS];
    size_t count;
    un_slice rest; /* what follows the release */
    bool date;     /* the text is YYYY-MM-DD and no release number */
} parsed;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t digits_at(un_slice text, size_t at) {
    size_t end = at;
    while (end < text.len && is_digit(text.ptr[end]))
        end++;
    return end - at;
}

static un_slice part(un_slice text, size_t at, size_t length) {
    return (un_slice){text.ptr + at, length};
}

static un_slice from(un_slice text, size_t at) {
    return part(text, at, text.len - at);
}

/* Digit strings of any length, by value. */
static int compare_numbers(un_slice a, un_slice b) {
    while (a.len > 1 && *a.ptr == '0')
        a = from(a, 1);
    while (b.len > 1 && *b.ptr == '0')
        b = from(b, 1);
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return un_slice_compare(a, b);
}

/* Splits "1.2.3rest" into its numbers and the rest. */
static void split_release(parsed *v) {
    size_t at = 0, length;
    while (v->count < COMPONENTS && (length = digits_at(v->text, at)) > 0) {
        v->release[v->count++] = part(v->text, at, length);
        at += length;
        if (at + 1 >= v->text.len || v->text.ptr[at] != '.' || !is_digit(v->text.ptr[at + 1]))
            break;
        at++;
    }
    v->rest = from(v->text, at);
}

static int compare_release(const parsed *a, const parsed *b, size_t *index) {
    size_t most = a->count > b->count ? a->count : b->count;
    for (*index = 0; *index < most; ++*index) {
        un_slice zero = UN_SLICE("0");
        int order = compare_numbers(*index < a->count ? a->release[*index] : zero,
                                    *index < b->count ? b->release[*index] : zero);
        if (order)
            return order;
    }
    return 0;
}

/* --- semver: https://semver.org/spec/v2.0.0.html ---------------------------------------------- */

static bool is_identifier(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

/* Dot-separated identifiers, none empty; numeric ones without leading zeros where `strict`. */
static bool identifiers(un_slice text, bool strict) {
    size_t start = 0;
    for (size_t at = 0; at <= text.len; at++) {
        if (at < text.len && text.ptr[at] != '.') {
            if (!is_identifier(text.ptr[at]))
                return false;
            continue;
        }
        size_t length = at - start;
        bool numeric = digits_at(text, start) == length;
        if (length == 0 || (strict && numeric && length > 1 && text.ptr[start] == '0'))
            return false;
        start = at + 1;
    }
    return true;
}

static size_t find(un_slice text, char c) {
    const char *found = text.len ? memchr(text.ptr, c, text.len) : NULL;
    return found ? (size_t)(found - text.ptr) : text.len;
}

/* A leading "v" or "=" is let pass, as npm does. `rest` becomes the prerelease. */
static bool parse_semver(parsed *v, un_slice text) {
    *v = (parsed){.text = text};
    while (v->text.len && strchr("v=", *v->text.ptr) && *v->text.ptr)
        v->text = from(v->text, 1);
    size_t plus = find(v->text, '+');
    if (plus < v->text.len && !identifiers(from(v->text, plus + 1), false))
        return false;
    v->text.len = plus;
    split_release(v);
    if (v->count != 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (v->release[i].len > 1 && *v->release[i].ptr == '0')
            return false;
    if (v->rest.len == 0)
        return true;
    bool dash = *v->rest.ptr == '-';
    v->rest = from(v->rest, 1);
    return dash && identifiers(v->rest, true);
}

static int compare_identifiers(un_slice a, un_slice b) {
    bool a_number = digits_at(a, 0) == a.len, b_number = digits_at(b, 0) == b.len;
    if (a_number && b_number)
        return compare_numbers(a, b);
    if (a_number != b_number)
        return a_number ? -1 : 1;
    return un_slice_compare(a, b);
}

static int compare_prerelease(un_slice a, un_slice b) {
    if (!a.len || !b.len)
        return (a.len == 0) - (b.len == 0);
    while (a.len && b.len) {
        size_t a_end = find(a, '.'), b_end = find(b, '.');
        int order = compare_identifiers(part(a, 0, a_end), part(b, 0, b_end));
        if (order)
            return order;
        a = from(a, a_end < a.len ? a_end + 1 : a.len);
        b = from(b, b_end < b.len ? b_end + 1 : b.len);
    }
    return (a.len > 0) - (b.len > 0);
}

/* --- nix: compareVersions, "builtins.compareVersions" of the Nix manual ----------------------- */

/* Where the version begins in "1password-cli-2.30.3"; the length of the text: nowhere. */
static size_t version_start(un_slice text) {
    size_t digits = digits_at(text, 0);
    if (digits && (digits == text.len || strchr(".-", text.ptr[digits])))
        return 0;
    for (size_t i = 1; i < text.len; i++)
        if (is_digit(text.ptr[i]) && text.ptr[i - 1] == '-')
            return i;
    if (text.len > 1 && *text.ptr == 'v' && is_digit(text.ptr[1]))
        return 1;
    return digits ? 0 : text.len;
}

static bool is_date(un_slice text) {
    return text.len == 10 && digits_at(text, 0) == 4 && text.ptr[4] == '-' &&
           digits_at(text, 5) == 2 && text.ptr[7] == '-' && digits_at(text, 8) == 2;
}

static bool parse_nix(parsed *v, un_slice text) {
    size_t start = version_start(text);
    *v = (parsed){.text = from(text, start)};
    /* "v1.2" and "1.2" are one numbering. */
    v->prefix = start == 1 ? (un_slice){NULL, 0} : part(text, 0, start);
    v->date = is_date(v->text);
    split_release(v);
    return start < text.len;
}

static un_slice next_component(un_slice *text) {
    while (text->len && strchr(".-", *text->ptr) && *text->ptr)
        *text = from(*text, 1);
    size_t length = digits_at(*text, 0);
    if (length == 0)
        while (length < text->len && !is_digit(text->ptr[length]) && text->ptr[length] != '.' &&
               text->ptr[length] != '-')
            length++;
    un_slice component = part(*text, 0, length);
    *text = from(*text, length);
    return component;
}

static int compare_components(un_slice a, un_slice b) {
    bool a_number = a.len && is_digit(*a.ptr), b_number = b.len && is_digit(*b.ptr);
    bool a_pre = un_slice_equal(a, UN_SLICE("pre")), b_pre = un_slice_equal(b, UN_SLICE("pre"));
    if (a_number && b_number)
        return compare_numbers(a, b);
    if ((!a.len && b_number) || (!b.len && a_number))
        return a.len ? 1 : -1;
    if (a_pre != b_pre)
        return a_pre ? -1 : 1;
    if (a_number != b_number)
        return a_number ? 1 : -1;
    return un_slice_compare(a, b);
}

static int compare_nix(un_slice a, un_slice b) {
    int order = 0;
    while (!order && (a.len || b.len)) {
        un_slice left = next_component(&a);
        un_slice right = next_component(&b);
        order = compare_components(left, right);
    }
    return order;
}

/* --- both ------------------------------------------------------------------------------------- */

static bool parse_two(un_scheme scheme, un_slice a, un_slice b, parsed *left, parsed *right) {
    bool (*parse)(parsed *, un_slice) = scheme == UN_SCHEME_SEMVER ? parse_semver : parse_nix;
    return a.len && b.len && parse(left, a) && parse(right, b) &&
           un_slice_equal(left->prefix, right->prefix) && left->date == right->date;
}

static int order_of(un_scheme scheme, const parsed *a, const parsed *b) {
    size_t index;
    if (scheme == UN_SCHEME_NIX)
        return compare_nix(a->text, b->text);
    int order = compare_release(a, b, &index);
    return order ? order : compare_prerelease(a->rest, b->rest);
}

bool un_version_compare(un_scheme scheme, un_slice a, un_slice b, int *order) {
    parsed left, right;
    if (!parse_two(scheme, a, b, &left, &right))
        return false;
    *order = order_of(scheme, &left, &right);
    return true;
}

un_level un_version_level(un_scheme scheme, un_slice from_version, un_slice to_version) {
    parsed left, right;
    size_t index;
    if (un_slice_equal(from_version, to_version))
        return UN_LEVEL_NONE;
    if (!parse_two(scheme, from_version, to_version, &left, &right) || left.date)
        return UN_LEVEL_UNKNOWN;
    if (order_of(scheme, &left, &right) == 0)
        return UN_LEVEL_NONE;
    if (compare_release(&left, &right, &index) == 0)
        return UN_LEVEL_PATCH;
    return index == 0 ? UN_LEVEL_MAJOR : index == 1 ? UN_LEVEL_MINOR : UN_LEVEL_PATCH;
}

const char *un_scheme_name(un_scheme scheme) {
    static const char *const names[] = {
#define UN_SCHEME_NAME(name, text) text,
        UN_SCHEME_MAP(UN_SCHEME_NAME)
#undef UN_SCHEME_NAME
    };
    return names[scheme];
}

const char *un_level_name(un_level level) {
    static const char *const names[] = {
#define UN_LEVEL_NAME(name, text) text,
        UN_LEVEL_MAP(UN_LEVEL_NAME)
#undef UN_LEVEL_NAME
    };
    return names[level];
}

bool un_scheme_find(un_scheme *out, un_slice name) {
    for (int i = 0; i <= UN_SCHEME_NIX; i++)
        if (un_slice_equal(name, un_slice_of(un_scheme_name((un_scheme)i)))) {
            *out = (un_scheme)i;
            return true;
        }
    return false;
}
