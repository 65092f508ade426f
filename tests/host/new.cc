/*
 * A host in C++ with its own operator new, which every library in its process gets, and which
 * throws at the Nth request of a check, for N = 1, 2, 3 ... as many as a check has.
 *
 *     new STATE_DIR ENVIRONMENT FILE         prints how many there were, and how many failed a
 * check
 */
#include "lua/api/upnudge.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <string>

static long asked, refused; /* the number of the request that is refused; 0: none */
static long told;           /* how many checks failed for that */

void *operator new(std::size_t size) {
    if (++asked == refused)
        throw std::bad_alloc();
    if (void *memory = std::malloc(size ? size : 1))
        return memory;
    throw std::bad_alloc();
}

void operator delete(void *memory) noexcept {
    std::free(memory);
}

void operator delete(void *memory, std::size_t) noexcept {
    std::free(memory);
}

static upnudge_status check(upnudge *u, const char *environment, const std::string &bytes) {
    upnudge_target target = UPNUDGE_TARGET_INIT;
    upnudge_check *check;
    target.environment = environment;
    target.max_age = 0;
    upnudge_status status = upnudge_check_begin(&check, u, &target);
    if (status == UPNUDGE_OK)
        status = upnudge_check_commit(check, bytes.data(), bytes.size());
    upnudge_check_abort(check);
    return status;
}

/* What a check says whose nth request is refused, and whether the next one goes well. */
static bool survives(upnudge *u, const char *environment, const std::string &bytes) {
    upnudge_status status = check(u, environment, bytes);
    bool known = status == UPNUDGE_OK || (status == UPNUDGE_ERROR && *upnudge_error(u));
    told += status == UPNUDGE_ERROR;
    if (!known)
        std::printf("request %ld: status %d, '%s'\n", refused, status, upnudge_error(u));
    refused = 0;
    status = check(u, environment, bytes);
    if (status != UPNUDGE_OK)
        std::printf("the check after: %s\n", upnudge_error(u));
    return known && status == UPNUDGE_OK;
}

int main(int argc, char **argv) {
    if (argc != 4)
        return 2;
    std::ifstream file(argv[3], std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(file), {});
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.state_dir = argv[1];
    upnudge *u;
    bool good = upnudge_open(&u, &options) == UPNUDGE_OK && check(u, argv[2], bytes) == UPNUDGE_OK;
    asked = 0;
    good = good && check(u, argv[2], bytes) == UPNUDGE_OK;
    long requests = asked;
    for (long n = 1; good && n <= requests; n++) {
        asked = 0;
        refused = n;
        good = survives(u, argv[2], bytes);
    }
    std::printf("%ld requests, %ld told\n", requests, told);
    upnudge_close(u);
    return !good;
}
