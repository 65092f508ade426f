#include "check.h"
#include "core/error.h"

static void fills(void) {
    un_error error;
    memset(&error, 'x', sizeof error);
    CHECK_INT(un_fail(&error, UN_LIMIT, "%d of %s", 3, "four"), UN_LIMIT);
    CHECK_INT(error.status, UN_LIMIT);
    CHECK_STR(error.message, "3 of four");
    CHECK_STR(error.file, "");
    CHECK(error.sys == 0 && error.line == 0 && error.column == 0);
    CHECK_INT(un_fail(NULL, UN_BUSY, "nobody reads this"), UN_BUSY);
    CHECK_INT(un_fail_at(NULL, 1, 2, "nor this"), UN_SYNTAX);
    CHECK_INT(un_fail_system(NULL, ENOENT, "file", "cannot"), UN_NOT_FOUND);
}

static void maps_errno(void) {
    un_error error = {0};
    CHECK_INT(un_fail_system(&error, ENOENT, "a", "cannot open"), UN_NOT_FOUND);
    CHECK_INT(error.sys, ENOENT);
    CHECK_STR(error.file, "a");
    CHECK_INT(un_fail_system(NULL, ENOTDIR, NULL, ""), UN_NOT_FOUND);
    CHECK_INT(un_fail_system(NULL, ENOMEM, NULL, ""), UN_NO_MEMORY);
    CHECK_INT(un_fail_system(NULL, ELOOP, NULL, ""), UN_FOREIGN);
    CHECK_INT(un_fail_system(NULL, EIO, NULL, ""), UN_SYSTEM);
}

static void names_the_file_once(void) {
    un_error error = {0};
    un_fail_at(&error, 3, 5, "odd");
    un_error_file(&error, un_slice_of("first"));
    un_error_file(&error, un_slice_of("second"));
    un_error_file(NULL, un_slice_of("third"));
    CHECK_STR(error.file, "first");
}

static void keeps_the_end_of_a_long_path(void) {
    char path[1000];
    un_error error = {0};
    memset(path, 'a', sizeof path);
    memcpy(path + sizeof path - 4, "/end", 4);
    un_error_file(&error, (un_slice){path, sizeof path});
    CHECK_INT(strlen(error.file), sizeof error.file - 1);
    CHECK_STR(error.file + strlen(error.file) - 4, "/end");
}

static void text_is(const un_error *error, const char *wanted) {
    char text[200];
    size_t length = un_error_text(error, text, sizeof text);
    CHECK_STR(text, wanted);
    CHECK_INT(length, strlen(wanted));
}

static void text_leaves_out_what_is_absent(void) {
    text_is(&(un_error){.message = "m"}, "m");
    text_is(&(un_error){.file = "f", .message = "m"}, "f: m");
    text_is(&(un_error){.file = "f", .line = 3, .message = "m"}, "f:3: m");
    text_is(&(un_error){.file = "f", .line = 3, .column = 5, .message = "m"}, "f:3:5: m");
    text_is(&(un_error){.line = 3, .column = 5, .message = "m"}, "3:5: m");
    text_is(&(un_error){.file = "f", .message = "m", .sys = EACCES}, "f: m: Permission denied");
    char wanted[100];
    snprintf(wanted, sizeof wanted, "m: %s", strerror(99999));
    text_is(&(un_error){.message = "m", .sys = 99999}, wanted);
}

static void text_is_always_terminated(void) {
    un_error error = {.file = "file", .message = "message"};
    for (size_t capacity = 1; capacity < 16; capacity++) {
        char text[17];
        memset(text, 'x', sizeof text);
        size_t length = un_error_text(&error, text, capacity);
        CHECK_INT(length, capacity - 1 < 13 ? capacity - 1 : 13);
        CHECK(text[length] == '\0' && text[capacity] == 'x');
    }
    CHECK_INT(un_error_text(&error, NULL, 0), 0);
}

static void long_messages_are_cut(void) {
    char long_one[1000];
    un_error error = {0};
    memset(long_one, 'm', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = '\0';
    un_fail(&error, UN_SYSTEM, "%s", long_one);
    CHECK_INT(strlen(error.message), sizeof error.message - 1);
}

static void codes(void) {
    CHECK_STR(un_status_code(UN_OK), "ok");
    CHECK_STR(un_status_code(UN_BUSY), "busy");
    CHECK_STR(un_status_code(UN_ARGUMENT), "argument");
    CHECK_STR(un_status_code((un_status)99), "unknown");
}

int main(void) {
    fills();
    maps_errno();
    names_the_file_once();
    keeps_the_end_of_a_long_path();
    text_leaves_out_what_is_absent();
    text_is_always_terminated();
    long_messages_are_cut();
    codes();
    return check_done();
}
