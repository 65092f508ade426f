/*
 * What compiling may cost is told beforehand: never less than in proportion to what Lua then does,
 * whatever is piled up, and little for what people write.
 */
#include "check.h"
#include "lua/vm/source.h"

static un_source weigh(const char *text) {
    return un_source_weigh(text, strlen(text));
}

/* `count` times a text between two others; valid until the next call. */
static const char *pile(const char *before, const char *text, int count, const char *after) {
    static char *made;
    free(made);
    size_t size = strlen(before) + strlen(text) * (size_t)count + strlen(after) + 1;
    made = malloc(size);
    if (!made)
        exit(2);
    char *end = stpcpy(made, before);
    for (int i = 0; i < count; i++)
        end = stpcpy(end, text);
    stpcpy(end, after);
    return made;
}

static void finds_every_nul(void) {
    static const struct {
        const char *text;
        int line;
    } texts[] = {
        {"local s = 'a\\0b'", 1},
        {"\n\nlocal s = \"\\00\"", 3},
        {"local s = '\\000'", 1},
        {"local s = '\\0001'", 1},
        {"local s = '\\x00'", 1},
        {"local s = '\\u{0}'", 1},
        {"local s = '\\u{00000}'", 1},
        {"-- \\\nlocal s = '\\0'", 2},
        {"local s = [[\\]] .. '\\0'", 1},
        {"local s = '\\\\\\0'", 1},
        {"local s = '\\\n\\0'", 2},
        {"local s = '\\z  \n \\0'", 2},
        {"local s = '\"' .. \"\\0\"", 1},
        {"a = '\\01'", 0},
        {"a = '\\010'", 0},
        {"a = '\\x01\\x10\\u{10}\\u{1}'", 0},
        {"a = '\\\\0'", 0},
        {"a = [[\\0]] -- '\\0'\n--[==[ '\\0' ]] '\\0' ]==]", 0},
        {"a = '\\", 0},
        {"a = '\\u", 0},
        {"a = '\\u{", 0},
        {"a = '\\x", 0},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!CHECK_INT(weigh(texts[i].text).nul_line, texts[i].line))
            printf("  %s\n", texts[i].text);
    }
    CHECK_INT(un_source_weigh("a = 1 --\n\0", 10).nul_line, 2);
    CHECK_INT(un_source_weigh("a = [[\n\n\0]]", 11).nul_line, 3);
    CHECK_INT(un_source_weigh("a\0b", 3).nul_line, 1);
    CHECK_INT(un_source_weigh("'\0'", 3).nul_line, 1);
}

static void what_people_write_is_cheap(void) {
    CHECK(weigh("").work == 0);
    size_t small =
        weigh("local u = require 'upnudge'\n"
              "return u.policy { api = 1, name = 'p', rules = {\n"
              "    u.rule 'r' { when = function(c) return c.host.ci end, quiet = 'x' },\n"
              "} }\n")
            .work;
    CHECK(small > 100 && small < 1000);
    size_t large =
        weigh(pile("", "local function f(c) return c.a and c.b or c[1] end\n", 100, "")).work;
    CHECK(large < 60000);
}

/* Twice as much is more than twice the work, where it is for Lua. */
static void what_is_piled_up_is_dear(void) {
    static const struct {
        const char *before, *text, *after;
        bool quadratic;
    } piles[] = {
        {"x = a", " and a", "", true},
        {"x = a", " or a", "", true},
        {"if a then ", "elseif b then c() ", "end", true},
        {"while a do ", "if a then break end ", "end", true},
        {"", "goto x ", "::x::", true},
        {"do ", "::x:: ", "end", true},
        {"x = {", "17,", "}", true},
        {"x = {", "0x1p-4,", "}", true},
        {"x = {", ".5,", "}", true},
        {"x = a", ".b", "", false},
        {"", "f() ", "", false},
        {"x = '", "\\65", "'", false},
        {"--[[", "x", "]]", false},
        {"", "\n", "", false},
        {"", "local function f(a) end ", "", false},
    };
    for (size_t i = 0; i < sizeof piles / sizeof *piles; i++) {
        size_t once = weigh(pile(piles[i].before, piles[i].text, 4000, piles[i].after)).work;
        size_t twice = weigh(pile(piles[i].before, piles[i].text, 8000, piles[i].after)).work;
        if (!CHECK(piles[i].quadratic ? twice > once * 5 / 2 : twice < once * 9 / 4))
            printf("  %s: %zu, %zu\n", piles[i].text, once, twice);
    }
}

/* The same names cost more the more variables there are around them, and no more behind them. */
static void names_are_looked_for_in_all_scopes(void) {
    static char variables[2000];
    char *end = stpcpy(variables, "local v0");
    for (int i = 1; i < 150; i++)
        end += sprintf(end, ",v%d", i);
    strcpy(end, " local function f() ");
    static const char uses[] = "x = y x = y x = y x = y x = y x = y x = y x = y x = y x = y ";
    static char inside[40000], behind[40000], flat[40000];
    *inside = *behind = '\0';
    strcpy(flat, uses);
    for (int i = 0; i < 10; i++)
        strcat(inside, variables);
    strcpy(behind, inside);
    strcat(inside, uses);
    for (int i = 0; i < 10; i++) {
        strcat(inside, "end ");
        strcat(behind, "end ");
    }
    size_t scopes = weigh(behind).work, one = weigh(flat).work, many = weigh(inside).work - scopes;
    CHECK(many > 30 * one);
    strcat(behind, uses);
    CHECK(weigh(behind).work - scopes < many / 5);
}

/* Blocks end where they end, in all their kinds. */
static void scopes_end(void) {
    static const char *const blocks[] = {
        "do local a, b, c end ",
        "while x do local a, b, c end ",
        "for a, b, c in x do end ",
        "for a = 1, 2 do local b, c end ",
        "if x then local a elseif x then local b else local c end ",
        "function f(a, b, c) end ",
        "x = function(a, b, c) for i = 1, 2 do while x do end end end ",
        "function a.b.c:d(e) repeat local a until x end ",
        "do local x <const>, y <close> = 1 end ",
    };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        size_t first = weigh(pile("", blocks[i], 20, "")).work;
        size_t later = weigh(pile("", blocks[i], 40, "")).work - first;
        if (!CHECK(later < first * 3 / 2))
            printf("  %s: %zu, then %zu\n", blocks[i], first, later);
    }
}

/* It is no compiler: anything at all is gone through once, to its end. */
static void takes_anything(void) {
    static const char *const parts[] = {"end ", "until ", "else ", "function ", "(",  "do ",
                                        "[==[", "]==]",   "'",     "\\",        "::", "1e+",
                                        ".",    "--",     "--[",   "local "};
    enum {
        PARTS = sizeof parts / sizeof *parts
    };
    unsigned state = 1;
    for (int round = 0; round < 2000; round++) {
        char text[400] = "";
        for (int i = 0; i < 40; i++) {
            state = state * 1103515245 + 12345;
            strcat(text, parts[state >> 16 & (PARTS - 1)]);
        }
        size_t size = strlen(text);
        /* Of its own size, so that a sanitizer sees what is read behind it. */
        char *exact = malloc(size);
        if (!exact)
            exit(2);
        memcpy(exact, text, size);
        CHECK(un_source_weigh(exact, size).work >= size / 2);
        free(exact);
    }
    CHECK(weigh(pile("", "do ", 1000, "")).work > 0);
    CHECK(weigh(pile("", "function f() ", 1000, "end")).work > 0);
}

int main(void) {
    finds_every_nul();
    what_people_write_is_cheap();
    what_is_piled_up_is_dear();
    names_are_looked_for_in_all_scopes();
    scopes_end();
    takes_anything();
    return check_done();
}
