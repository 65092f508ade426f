#include "check.h"
#include "core/url.h"

/* What is made of the text; "" for none. */
static const char *page(const char *text, bool repository) {
    static char out[1000];
    un_arena arena = {.chunks = NULL};
    un_slice url = un_slice_of(text);
    bool made = un_url_page(&url, repository, &arena);
    snprintf(out, sizeof out, "%.*s", (int)url.len, url.ptr ? url.ptr : "");
    un_arena_free(&arena);
    return made ? out : "no memory";
}

static void keeps_pages(void) {
    static const char *const pages[] = {
        "https://example.org",
        "http://example.org/",
        "https://example.org/a/b?c=d&e=f",
        "https://example.org:8443/~a/%20b",
        "https://[2001:db8::1]:80/a",
        "https://127.0.0.1/a@1.0",
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        CHECK_STR(page(pages[i], false), pages[i]);
}

static void takes_away_what_is_no_part_of_them(void) {
    CHECK_STR(page("git+https://example.org/a.git", true), "https://example.org/a.git");
    CHECK_STR(page("git+https://example.org/a.git?rev=1#1234", true), "https://example.org/a.git");
    CHECK_STR(page("https://example.org/a?b#c", false), "https://example.org/a?b");
    CHECK_STR(page("https://me:secret@example.org/a", false), "https://example.org/a");
    CHECK_STR(page("https://me@example.org", false), "https://example.org");
    CHECK_STR(page("https://me:p@ss@example.org?a", false), "https://example.org?a");
    CHECK_STR(page("https://t0ken@[::1]/a", true), "https://[::1]/a");
}

static void refuses_the_rest(void) {
    static const char *const others[] = {
        "",
        "https://",
        "https:///a",
        "https://@/a",
        "https://me@",
        "https://#a",
        "HTTPS://example.org",
        "https:example.org",
        "example.org",
        "//example.org",
        "ftp://example.org",
        "file:///etc/passwd",
        "ssh://git@example.org/a",
        "git+ssh://git@example.org/a",
        "git@example.org:a/b",
        "git+git+https://example.org",
        "javascript:alert(1)",
        "data:text/html,https://example.org",
        " https://example.org",
        "https://example.org/a b",
        "https://example.org/\033]8;;",
        "https://example.org/\n",
        "https://example.org/\177",
        "https://ex\xc3\xa4mple.org",
        "https://example.org/\xe2\x80\xae",
        "https://example.org\\@evil.example",
        "https://exa mple.org",
        "https://example.org/<b>",
        "https://example.org/\"",
        "https://me:pa/ss@example.org/a",
        "https://example.org:port/",
        "https://[::1/a",
        "https://[]/a",
        "https://[::1]a/",
        "https://ex,ample.org/",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK_STR(page(others[i], false), "");
    un_slice nul = UN_SLICE("https://example.org/\0a");
    un_arena arena = {.chunks = NULL};
    CHECK(un_url_page(&nul, false, &arena) && !nul.ptr);
}

static void bounds_them(void) {
    char text[UN_URL_LIMIT + 2];
    memset(text, 'a', sizeof text);
    memcpy(text, "https://", 8);
    text[UN_URL_LIMIT] = '\0';
    CHECK_STR(page(text, false), text);
    text[UN_URL_LIMIT] = 'a';
    text[UN_URL_LIMIT + 1] = '\0';
    CHECK_STR(page(text, false), "");
}

int main(void) {
    keeps_pages();
    takes_away_what_is_no_part_of_them();
    refuses_the_rest();
    bounds_them();
    return check_done();
}
