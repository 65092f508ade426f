#include "url.h"
#include "ascii.h"

static size_t scheme_length(un_slice text) {
    static const un_slice schemes[] = {UN_LITERAL("https://"), UN_LITERAL("http://")};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (un_slice_starts(text, schemes[i]))
            return schemes[i].len;
    return 0;
}

static un_slice without_system(un_slice text) {
    static const un_slice systems[] = {UN_LITERAL("git+"), UN_LITERAL("hg+"), UN_LITERAL("svn+"),
                                       UN_LITERAL("bzr+")};
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (un_slice_starts(text, systems[i]))
            return un_slice_from(text, systems[i].len);
    return text;
}

/* Whether it may stand in an address as it is. */
static bool may_stand(char c) {
    switch (c) {
    case '"':
    case '<':
    case '>':
    case '\\':
    case '^':
    case '`':
    case '{':
    case '|':
    case '}':
        return false;
    default:
        return c > ' ' && c < 127;
    }
}

static bool is_visible(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (!may_stand(text.ptr[i]))
            return false;
    return true;
}

/* The length up to the first byte of `marks`. */
static size_t until(un_slice text, const char *marks) {
    for (; *marks; marks++)
        text.len = un_slice_find(text, *marks);
    return text.len;
}

static size_t skip(un_slice text, size_t at, const char *others) {
    while (at < text.len && (un_is_alphanumeric(text.ptr[at]) || strchr(others, text.ptr[at])))
        at++;
    return at;
}

/* "host", "host:80", "[::1]". */
static bool is_host(un_slice text) {
    bool bracketed = un_slice_starts(text, UN_SLICE("["));
    size_t at = bracketed ? skip(text, 1, ":.") : skip(text, 0, "-._");
    if (at == bracketed || (bracketed && (at == text.len || text.ptr[at++] != ']')))
        return false;
    if (at < text.len && text.ptr[at++] != ':')
        return false;
    while (at < text.len && un_is_digit(text.ptr[at]))
        at++;
    return at == text.len;
}

/* The scheme, and what follows the user. */
static bool join(un_slice *url, size_t scheme, size_t rest, un_arena *arena) {
    char *joined = un_arena_alloc(arena, url->len);
    if (!joined)
        return false;
    memcpy(joined, url->ptr, scheme);
    memcpy(joined + scheme, url->ptr + rest, url->len - rest);
    *url = (un_slice){joined, scheme + url->len - rest};
    return true;
}

bool un_url_page(un_slice *url, bool repository, un_arena *arena) {
    un_slice text = without_system(*url);
    *url = (un_slice){NULL, 0};
    text.len = text.len > UN_URL_LIMIT ? 0 : text.len;
    size_t scheme = scheme_length(text);
    if (!scheme || !is_visible(text))
        return true;
    text.len = until(text, repository ? "#?" : "#");
    un_slice behind = un_slice_from(text, scheme);
    un_slice authority = un_slice_part(behind, 0, until(behind, "/?"));
    size_t mark = un_slice_find_last(authority, '@');
    size_t user = mark < authority.len ? mark + 1 : 0;
    if (!is_host(un_slice_from(authority, user)))
        return true;
    *url = text;
    return !user || join(url, scheme, scheme + user, arena);
}
