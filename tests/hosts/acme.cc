// acme.cc
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <upnudge.h>

// upnudge throws nothing. What is thrown here leaves no handle and no lock behind.
struct release {
    void operator()(upnudge *u) const {
        upnudge_close(u);
    }
    void operator()(upnudge_check *check) const {
        upnudge_check_abort(check);
    }
};
using handle = std::unique_ptr<upnudge, release>;

static void must(upnudge_status status, const upnudge *u) {
    if (status == UPNUDGE_ERROR || status == UPNUDGE_USAGE)
        throw std::runtime_error(upnudge_error(u));
}

static handle open(const char *app) {
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.app = app;
    upnudge *u;
    upnudge_status status = upnudge_open(&u, &options);
    handle owned(u);
    must(status, u);
    return owned;
}

// Stands for your command, which takes its time and prints the lockfile of an upgrade.
static const char *const command[] = {"sh", "-c", "\"$UPNUDGE_ENVIRONMENT/dry-upgrade\"", nullptr};

// At each activation: what there is to say, and a check in the background, once a day.
static void activate(upnudge *u, const std::string &environment) {
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    activation.environment = target.environment = environment.c_str();
    activation.hint = "acme upgrades";
    if (upnudge_notify(u, &activation, &notice) == UPNUDGE_OK && notice.notified)
        std::cerr << notice.text << '\n';
    upnudge_check_detach(u, &target, command, 0);
}

// What stands for our own dry upgrade has the lockfile of an upgrade as input.
static std::string dry_upgrade() {
    std::string bytes(std::istreambuf_iterator<char>(std::cin), {});
    if (bytes.empty())
        throw std::runtime_error("the dry upgrade printed nothing");
    return bytes;
}

// A check by ourselves.
static void check(upnudge *u, const std::string &environment) {
    upnudge_target target = UPNUDGE_TARGET_INIT;
    upnudge_check *begun;
    target.environment = environment.c_str();
    upnudge_status status = upnudge_check_begin(&begun, u, &target);
    std::unique_ptr<upnudge_check, release> check(begun);
    must(status, u);
    if (status != UPNUDGE_OK) {
        std::cerr << "acme: " << upnudge_error(u) << '\n';
        return;
    }
    try {
        std::string bytes = dry_upgrade();
        must(upnudge_check_commit(begun, bytes.data(), bytes.size()), u);
    } catch (const std::exception &error) {
        upnudge_check_fail(begun, error.what());
        throw;
    }
}

int main(int argc, char **argv) try {
    if (argc != 3)
        return 2;
    handle u = open("acme-in-cpp");
    if (argv[1] == std::string("check"))
        check(u.get(), argv[2]);
    else
        activate(u.get(), argv[2]);
} catch (const std::exception &error) {
    std::cerr << "acme: " << error.what() << '\n';
    return 1;
}
