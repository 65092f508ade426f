/*
 * A host that was compiled with the first upnudge.h: what stands here of it is written once more,
 * and stays as it is whatever becomes of the header. Its structs lie between others of its own.
 * usage: first STATE_DIR ENV NOW FILE
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    size_t size;
    const char *app, *state_dir, *policy;
};

struct activation {
    size_t size;
    const char *environment, *lockfile, *name, *mode, *command, *hint;
    int64_t now;
    int terminal, active;
};

struct notice {
    size_t size;
    int notified;
    const char *text, *reason, *rule;
    int64_t next_at;
};

struct target {
    size_t size;
    const char *environment, *lockfile, *name;
    int64_t now, max_age;
};

int upnudge_open(void **out, const struct options *options);
void upnudge_close(void *u);
const char *upnudge_error(const void *u);
int upnudge_notify(void *u, const struct activation *activation, struct notice *out);
void upnudge_flush(void *u);
int upnudge_check_begin(void **out, void *u, const struct target *target);
int upnudge_check_commit(void *check, const void *lockfile, size_t length);
int upnudge_check_fail(void *check, const char *reason);
void upnudge_check_abort(void *check);
int upnudge_version_compare(int *order, const char *a, const char *b, const char *scheme);

#define NEIGHBOUR "what lies beside is the host's own, and no field that is 0"

/* The last of each is beside it. */
static struct {
    struct options options;
    char after_options[64];
    struct activation activation;
    char after_activation[64];
    struct target target;
    char after_target[64];
    struct notice notice;
    char after_notice[64];
} memory = {
    {sizeof(struct options), "first", NULL, "default"},
    NEIGHBOUR,
    {sizeof(struct activation), NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, 0},
    NEIGHBOUR,
    {sizeof(struct target), NULL, NULL, NULL, 0, 0},
    NEIGHBOUR,
    {sizeof(struct notice), 0, NULL, NULL, NULL, 0},
    NEIGHBOUR,
};

static int is_whole(void) {
    return strcmp(memory.after_options, NEIGHBOUR) == 0 &&
           strcmp(memory.after_activation, NEIGHBOUR) == 0 &&
           strcmp(memory.after_target, NEIGHBOUR) == 0 &&
           strcmp(memory.after_notice, NEIGHBOUR) == 0 &&
           memory.notice.size == sizeof(struct notice);
}

static int check(void *u, const char *path) {
    static char bytes[1 << 20];
    void *begun;
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file)
        fclose(file);
    int status = upnudge_check_begin(&begun, u, &memory.target);
    if (status == 0)
        status = upnudge_check_commit(begun, bytes, length);
    upnudge_check_abort(begun);
    return status;
}

int main(int argc, char **argv) {
    void *u;
    if (argc != 5)
        return 2;
    memory.options.state_dir = argv[1];
    memory.activation.environment = memory.target.environment = argv[2];
    memory.target.now = strtoll(argv[3], NULL, 10);
    if (upnudge_open(&u, &memory.options) != 0 || check(u, argv[4]) != 0) {
        puts(upnudge_error(u));
        return 1;
    }
    for (int i = 1; i <= 2; i++) {
        memory.activation.now = memory.target.now + i;
        if (upnudge_notify(u, &memory.activation, &memory.notice) != 0)
            puts(upnudge_error(u));
        puts(memory.notice.notified ? memory.notice.text : memory.notice.reason);
    }
    upnudge_flush(u);
    upnudge_close(u);
    return is_whole() ? 0 : 1;
}
