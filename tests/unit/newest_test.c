#include "check.h"
#include "core/os/newest.h"

static void make(int dir, int i) {
    char name[UN_NEWEST_KEY + 1];
    snprintf(name, sizeof name, "%032d", i);
    CHECK_INT(mkdirat(dir, name, 0700), 0);
}

/* Writes the file of one. What is written in one tick of the clock has one time, so it is written
 * again until that is later than any before. */
static void put(int dir, int i) {
    static struct timespec last;
    char path[UN_NEWEST_KEY + 3];
    struct stat found;
    snprintf(path, sizeof path, "%032d/f", i);
    do {
        check_put(dir, path, "x", 1);
        CHECK_INT(fstatat(dir, path, &found, 0), 0);
    } while (found.st_ctim.tv_sec == last.tv_sec && found.st_ctim.tv_nsec == last.tv_nsec);
    last = found.st_ctim;
}

static int number(const un_newest *one) {
    return (int)strtol(one->key, NULL, 10);
}

static void tells_those_that_were_written_last(int dir) {
    un_newest list[8];
    size_t kept, count;
    static const int order[] = {4, 1, 6, 3, 0, 5, 2};
    for (int i = 0; i < 7; i++)
        make(dir, i);
    for (int i = 0; i < 7; i++)
        put(dir, order[i]);
    for (size_t room = 1; room <= 8; room++) {
        CHECK_INT(un_newest_find(list, room, &kept, &count, dir, "f", NULL), UN_OK);
        CHECK_INT((int)count, 7);
        CHECK_INT((int)kept, room < 7 ? (int)room : 7);
        for (size_t i = 0; i < kept; i++)
            CHECK_INT(number(&list[i]), order[6 - i]);
    }
    CHECK(list[0].written > list[6].written);
}

static void has_those_without_the_file_last_by_name(int dir) {
    un_newest list[16];
    size_t kept, count;
    for (int i = 9; i > 6; i--)
        make(dir, i);
    CHECK_INT(un_newest_find(list, 16, &kept, &count, dir, "f", NULL), UN_OK);
    CHECK_INT((int)kept, 10);
    for (int i = 7; i < 10; i++) {
        CHECK_INT(number(&list[i]), i);
        CHECK(list[i].written == 0);
    }
    CHECK_INT(un_newest_find(list, 8, &kept, &count, dir, "f", NULL), UN_OK);
    CHECK_INT(number(&list[7]), 7);
}

static void passes_over_what_is_no_key(int dir) {
    static const char *const others[] = {
        "short", "database.json", "0000000000000000000000000000000G",
        "0000000000000000000000000000000A", "000000000000000000000000000000000"};
    un_newest list[1];
    size_t kept, count;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        check_put(dir, others[i], "", 0);
    CHECK_INT(un_newest_find(list, 1, &kept, &count, dir, "f", NULL), UN_OK);
    CHECK_INT((int)count, 10);
}

static void fails_where_there_is_no_directory(void) {
    un_newest list[1];
    size_t kept = 1, count = 1;
    CHECK(un_newest_find(list, 1, &kept, &count, -1, "f", NULL) != UN_OK);
    CHECK_INT((int)(kept + count), 0);
}

int main(void) {
    int dir = check_directory(), before = check_descriptors();
    tells_those_that_were_written_last(dir);
    has_those_without_the_file_last_by_name(dir);
    passes_over_what_is_no_key(dir);
    fails_where_there_is_no_directory();
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
