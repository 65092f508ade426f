/*
 * beside_test.c: what lies beside this program, where the build puts the JSON reader.
 */
#include "check.h"
#include "core/os/beside.h"
#include <limits.h>

static void finds_what_is_there(const char *directory) {
    char found[PATH_MAX], wanted[PATH_MAX + 20];
    snprintf(wanted, sizeof wanted, "%s/upnudge-json.so", directory);
    CHECK(un_beside(found, "upnudge-json.so"));
    CHECK_STR(found, wanted);
}

static void says_where_it_looked(const char *directory) {
    char found[PATH_MAX];
    CHECK(!un_beside(found, "nothing"));
    CHECK_STR(found, directory);
}

int main(void) {
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = '\0';
    *strrchr(self, '/') = '\0';
    finds_what_is_there(self);
    says_where_it_looked(self);
    CHECK_INT(chdir("/"), 0);
    finds_what_is_there(self);
    return check_done();
}
