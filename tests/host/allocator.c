/*
 * A host that has memory of its own: each block bears a mark, by which one that is not of here is
 * known, and what is given back is overwritten. It does what the library can do, and tells how many
 * blocks it gave and whether all came back.
 *
 *     allocator STATE_DIR ENV FILE
 */
#include "lua/api/upnudge.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK UINT64_C(0x5feeb1e5deadbea7)

typedef struct block {
    _Alignas(max_align_t) uint64_t mark;
    size_t size;
} block;

typedef struct memory {
    long given, live;
} memory;

static block *block_of(void *bytes) {
    block *b = (block *)bytes - 1;
    if (b->mark != MARK) {
        puts("a block that is not of here");
        _Exit(1);
    }
    return b;
}

static void *allocate(void *context, size_t size) {
    memory *m = context;
    block *b = size ? malloc(sizeof *b + size) : NULL;
    if (!b)
        return NULL;
    *b = (block){MARK, size};
    memset(b + 1, 0xA5, size);
    m->given++;
    m->live++;
    return b + 1;
}

static void release(void *context, void *bytes) {
    memory *m = context;
    block *b = block_of(bytes);
    m->live--;
    memset(b, 0x5A, sizeof *b + b->size);
    free(b);
}

/* Always moves. */
static void *resize(void *context, void *bytes, size_t size) {
    size_t before = block_of(bytes)->size;
    void *moved = allocate(context, size);
    if (!moved)
        return NULL;
    memcpy(moved, bytes, before < size ? before : size);
    release(context, bytes);
    return moved;
}

static char bytes[1 << 20];

static int check(upnudge *u, const char *environment, const char *path) {
    upnudge_check *check;
    upnudge_target target = UPNUDGE_TARGET_INIT;
    target.environment = environment;
    target.max_age = 0;
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file)
        fclose(file);
    int done = upnudge_check_begin(&check, u, &target) == UPNUDGE_OK &&
               upnudge_check_security(check, "a*") == UPNUDGE_OK &&
               upnudge_check_commit(check, bytes, length) == UPNUDGE_OK;
    upnudge_check_abort(check);
    return done;
}

static int ask(upnudge *u, const char *environment) {
    const char *json;
    upnudge_notice notice = UPNUDGE_NOTICE_INIT;
    upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
    activation.environment = environment;
    activation.terminal = 1;
    return upnudge_notify(u, &activation, &notice) == UPNUDGE_OK && notice.notified &&
           upnudge_explain(u, &activation, &json) == UPNUDGE_OK &&
           upnudge_changes(u, environment, &json) == UPNUDGE_OK &&
           upnudge_ignore(u, environment, "b*") == UPNUDGE_OK &&
           upnudge_call(u, "{\"schema\":1,\"call\":\"formats\"}", &json) == UPNUDGE_OK;
}

static int act(const char *state_dir, const char *environment, const char *path) {
    upnudge *u;
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.state_dir = state_dir;
    options.policy = "default";
    int done = upnudge_open(&u, &options) == UPNUDGE_OK && check(u, environment, path) &&
               ask(u, environment);
    if (!done)
        printf("failed: %s\n", upnudge_error(u));
    upnudge_close(u);
    return done;
}

int main(int argc, char **argv) {
    memory m = {0, 0};
    upnudge_allocator mine = UPNUDGE_ALLOCATOR_INIT;
    mine.context = &m;
    mine.allocate = allocate;
    mine.resize = resize;
    if (argc != 4 || upnudge_set_allocator(NULL) != UPNUDGE_USAGE ||
        upnudge_set_allocator(&mine) != UPNUDGE_USAGE)
        return 2;
    mine.release = release;
    if (upnudge_set_allocator(&mine) != UPNUDGE_OK)
        return 3;
    int done = act(argv[1], argv[2], argv[3]);
    if (upnudge_set_allocator(&mine) != UPNUDGE_USAGE)
        return 4;
    printf("%ld given, %ld kept\n", m.given, m.live);
    return !done;
}
