#include "image.h"
#include "lua/api/runtime.h"
#include "lua/bind/evidence.h"
#include "lua/bind/module.h"
#include "lua/vm/image.h"
#include <lauxlib.h>
#include <stdbool.h>
#include <stdio.h>

/* More than it takes; too little fails the build. */
#define ROOM 0x160000

/*
 * A section of its own, of bytes in the file that the build changes, with whole pages to itself. It
 * is read-only until un_image_open: what a process may not have as data it would not even start
 * with.
 */
#define TEXT_OF(macro) TEXT(macro)
#define TEXT(macro)    #macro
__asm__(".pushsection .image,\"a\",@progbits\n"
        ".balign 4096\n"
        ".globl un_image\n"
        ".hidden un_image\n"
        "un_image: .zero " TEXT_OF(ROOM) "\n"
                                         ".popsection\n");
const size_t un_image_room = ROOM;

/* One VM has the default policy, which most have, and one is for any other. */
static int open_states(lua_State *L) {
    un_bind_directory_types(L);
    un_bind_vm_spare(L, "upnudge.sandbox.activation");
    un_runtime_require(L, "upnudge.runtime.image", "prepare");
    lua_call(L, 0, 0);
    un_bind_vm_spare(L, "upnudge.sandbox.authors");
    return 0;
}

/* Whatever the states see while they are opened would be what this machine has. */
static int fill(lua_State *L) {
    static un_evidence seen;
    un_evidence_begin(&seen, "/", NULL);
    lua_pushcfunction(L, open_states);
    lua_call(L, 0, 0);
    un_evidence_end();
    if (seen.count > 0 || seen.incomplete)
        return luaL_error(L, "a module looks at %s while it is opened",
                          seen.count > 0 ? seen.names : "what is outside");
    return 0;
}

static int write_image(const char *path, size_t size) {
    FILE *file = fopen(path, "wb");
    bool written = file && fwrite(un_image, 1, size, file) == size;
    if (file && fclose(file) == 0 && written)
        return 0;
    perror(path);
    return 1;
}

int un_image_build(const char *path) {
    lua_State *L;
    if (un_runtime_build(fill, &L) > 0)
        return write_image(path, ROOM);
    const char *fault = L && lua_gettop(L) > 0 ? lua_tostring(L, -1) : NULL;
    fprintf(stderr, "the image of upnudge: %s\n", fault ? fault : "there is no room");
    return 1;
}
