/*
 * Structs that grow: a made-up one in three versions, of which the library has the second. The
 * host has any of them.
 */
#include "check.h"
#include "lua/api/argument.h"
#include <lauxlib.h>
#include <limits.h>
#include <lualib.h>

typedef struct first {
    size_t size;
    const char *to;
    const char *tone;
    int64_t at;
    int loud, again;
} first;

typedef struct second {
    first known;
    const char *news;
    int64_t until;
    const char *const *also;
} second;

typedef struct third {
    second known;
    const char *more;
    int64_t last;
} third;

static const char *const tones[] = {"kind", "stern", NULL};

static const un_field fields[] = {
    {"to", NULL, offsetof(second, known.to), UN_FIELD_TEXT, 0, 0, NULL, true},
    {"tone", "tone", offsetof(second, known.tone), UN_FIELD_TEXT, 0, 0, tones, false},
    {"at", "at", offsetof(second, known.at), UN_FIELD_SECONDS, -1, 1000, NULL, false},
    {"loud", "noise", offsetof(second, known.loud), UN_FIELD_SWITCH, -1, 1, NULL, false},
    {"again", "again", offsetof(second, known.again), UN_FIELD_SWITCH, 0, 1, NULL, false},
    {"news", "news", offsetof(second, news), UN_FIELD_TEXT, 0, 0, NULL, false},
    {"until", "until", offsetof(second, until), UN_FIELD_SECONDS, 0, 1000, NULL, false},
    {"also", "also", offsetof(second, also), UN_FIELD_PAIRS, 0, 0, NULL, false},
    {NULL, NULL, 0, UN_FIELD_TEXT, 0, 0, NULL, false}};

static const un_argument letter = {"letter", "LETTER_INIT", sizeof(first), sizeof(second), fields};

static char said[200];
static upnudge_reason reason;
static const un_words words = {said, sizeof said, "send", &reason};

static const second whole = {
    {sizeof(second), "you", NULL, -1, -1, 0},
    NULL,
    0,
    NULL,
};

/* What is said of a letter like the whole one, but for what the case changes in it. */
static const char *told(second theirs) {
    second ours;
    said[0] = '\0';
    CHECK(!un_argument_take(&letter, &theirs, &ours, words));
    return said;
}

static void an_older_host(void) {
    /* The host's neighbour is no part of its struct, whatever ours has there. */
    struct {
        first theirs;
        const char *neighbour;
        int64_t another;
    } host = {{sizeof(first), "you", "kind", 7, 1, 1}, "\1 not for us", 99};
    second ours;
    memset(&ours, 0xAA, sizeof ours);
    CHECK(un_argument_take(&letter, &host.theirs, &ours, words));
    CHECK_STR(ours.known.to, "you");
    CHECK_INT(ours.known.at, 7);
    CHECK(ours.news == NULL && ours.until == 0);
    second answer = {{0, "me", NULL, 8, 0, 0}, "news", 9, NULL};
    un_argument_give(&letter, &answer, &host.theirs);
    CHECK_INT(host.theirs.size, sizeof(first));
    CHECK_STR(host.theirs.to, "me");
    CHECK_STR(host.neighbour, "\1 not for us");
    CHECK_INT(host.another, 99);
}

static void a_newer_host(void) {
    third theirs = {{{sizeof(third), "you", NULL, 7, 1, 0}, "news", 3, NULL}, NULL, 0};
    second ours;
    CHECK(un_argument_take(&letter, &theirs, &ours, words));
    CHECK_STR(ours.news, "news");
    CHECK_INT(ours.until, 3);
    theirs.last = INT64_C(1) << 56;
    CHECK(!un_argument_take(&letter, &theirs, &ours, words));
    CHECK_STR(said,
              "send: the letter was made for a newer upnudge, and has set what this one lacks");
    /* An answer goes there, too; what is unknown stays as it is. */
    CHECK(un_argument_is(&letter, &theirs, words));
    un_argument_give(&letter, &whole, &theirs);
    CHECK_INT(theirs.known.known.size, sizeof(third));
    CHECK(theirs.known.news == NULL && theirs.last == INT64_C(1) << 56);
}

static void no_size(void) {
    static const size_t sizes[] = {0, sizeof(first) - sizeof(size_t), sizeof(second) - 1, 4104,
                                   SIZE_MAX - 7};
    char wanted[200];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        second theirs = whole;
        theirs.known.size = sizes[i];
        snprintf(wanted, sizeof wanted,
                 "send: the size of the letter is %zu; start it from LETTER_INIT", sizes[i]);
        CHECK_STR(told(theirs), wanted);
        CHECK(!un_argument_is(&letter, &theirs, (un_words){NULL, 0, "send", NULL}));
    }
    CHECK(!un_argument_is(&letter, NULL, words));
    CHECK_STR(said, "send: the letter is NULL");
}

static void fields_are_looked_at(void) {
    second theirs = whole;
    theirs.known.to = NULL;
    CHECK_STR(told(theirs), "send: to is NULL");
    theirs.known.to = "";
    CHECK_STR(told(theirs), "send: to is empty");
    theirs = whole;
    theirs.known.tone = "s\x1b[1m\n, and longer than anybody wants to read it";
    CHECK_STR(told(theirs),
              "send: tone is 's?[1m?, and longer than anybody wants to'; it may be one "
              "of 'kind', 'stern'");
    theirs = whole;
    theirs.known.at = INT64_MIN;
    CHECK_STR(told(theirs), "send: at is -9223372036854775808; it may be -1 to 1000");
    theirs.known.at = 1001;
    CHECK_STR(told(theirs), "send: at is 1001; it may be -1 to 1000");
    theirs = whole;
    theirs.until = -1;
    CHECK_STR(told(theirs), "send: until is -1; it may be 0 to 1000");
    theirs = whole;
    theirs.known.loud = 77;
    CHECK_STR(told(theirs), "send: loud is 77; it may be -1 to 1");
    theirs = whole;
    theirs.known.again = INT_MIN;
    CHECK_STR(told(theirs), "send: again is -2147483648; it may be 0 to 1");
}

static void pairs_are_looked_at(void) {
    char longest[70] = "";
    const char *many[34] = {NULL};
    second theirs = whole, ours;
    const char *const good[] = {"a=", "_B.c-1= b=c", longest, NULL};
    memset(longest, 'n', 64);
    longest[64] = '=';
    theirs.also = good;
    CHECK(un_argument_take(&letter, &theirs, &ours, words));
    for (size_t i = 0; i < 32; i++)
        many[i] = "a=b";
    theirs.also = many;
    CHECK(un_argument_take(&letter, &theirs, &ours, words));
    many[32] = "a=b";
    CHECK_STR(told(theirs), "send: also are more than 32");
    static const char *const bad[] = {"", "=", "a", "=a", "1a=b", "a b=c", "\xc3\xa4=b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *list[] = {"a=b", bad[i], NULL};
        theirs.also = list;
        CHECK(strstr(told(theirs), "send: also[1] is '"));
        CHECK(!un_argument_is_pair(bad[i]));
    }
    memset(longest, 'n', 65);
    longest[65] = '=';
    CHECK(!un_argument_is_pair(longest));
}

static const char *joined(lua_State *L, const void *ours) {
    un_argument_push(L, &letter, ours);
    lua_setglobal(L, "letter");
    if (luaL_dostring(L, "local list = {} for name, value in pairs(letter) do "
                         "for inner, text in pairs(name == 'also' and value or {}) do "
                         "list[#list + 1] = inner .. ':' .. text end "
                         "list[#list + 1] = name .. '=' .. (name == 'also' and 'a table' or "
                         "tostring(value)) end "
                         "table.sort(list) return table.concat(list, ' ')"))
        return "a fault";
    return lua_tostring(L, -1);
}

static void lua_sees_what_is_set(void) {
    lua_State *L = luaL_newstate();
    luaL_requiref(L, "_G", luaopen_base, 1);
    luaL_requiref(L, "table", luaopen_table, 1);
    CHECK_STR(joined(L, &whole), "");
    const char *const pairs[] = {"a=b", "empty=", "a=c=d", NULL}, *const none[] = {NULL};
    second set = {{sizeof set, "you", "stern", 0, 0, 1}, "news", 5, pairs};
    CHECK_STR(joined(L, &set), "a:c=d again=true also=a table at=0 empty: news=news noise=false "
                               "tone=stern until=5");
    set.also = none;
    CHECK_STR(joined(L, &set), "again=true at=0 news=news noise=false tone=stern until=5");
    lua_close(L);
}

int main(void) {
    an_older_host();
    a_newer_host();
    no_size();
    fields_are_looked_at();
    pairs_are_looked_at();
    lua_sees_what_is_set();
    return check_done();
}
