#include "forge.h"
#include "core/date.h"

static un_slice usual_host(un_slice kind) {
    static const struct {
        un_slice kind, host;
    } hosts[] = {{UN_LITERAL("github"), UN_LITERAL("github.com")},
                 {UN_LITERAL("gitlab"), UN_LITERAL("gitlab.com")},
                 {UN_LITERAL("sourcehut"), UN_LITERAL("git.sr.ht")}};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (un_slice_equal(kind, hosts[i].kind))
            return hosts[i].host;
    return (un_slice){NULL, 0};
}

bool un_forge_page(un_slice *page, const un_forge *forge, un_arena *arena) {
    un_slice host = usual_host(forge->kind);
    *page = (un_slice){NULL, 0};
    if (!host.len || !forge->place.len)
        return true;
    if (forge->host.len)
        host = forge->host;
    const un_slice parts[] = {UN_SLICE("https://"),
                              host,
                              UN_SLICE("/"),
                              forge->owner,
                              forge->owner.len ? UN_SLICE("/") : UN_SLICE(""),
                              forge->place};
    size_t length = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        length += parts[i].len;
    char *made = un_arena_alloc(arena, length), *at = made;
    if (!made)
        return false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; at += parts[i++].len)
        if (parts[i].len)
            memcpy(at, parts[i].ptr, parts[i].len);
    *page = (un_slice){made, length};
    return true;
}

/* The value of "name=" in the query of a reference, if it has one. */
static un_slice parameter(un_slice reference, un_slice name) {
    size_t mark = un_slice_find(reference, '?');
    un_slice query = un_slice_from(reference, mark < reference.len ? mark + 1 : mark);
    while (query.len) {
        un_slice one = un_slice_part(query, 0, un_slice_find(query, '&'));
        if (un_slice_starts(one, name))
            return un_slice_from(one, name.len);
        query = un_slice_from(query, one.len < query.len ? one.len + 1 : one.len);
    }
    return query;
}

bool un_forge_of_flake(un_slice *page, un_slice reference, un_arena *arena) {
    reference.len = un_slice_find(reference, '#');
    un_slice path = un_slice_part(reference, 0, un_slice_find(reference, '?'));
    if (un_slice_starts(path, UN_SLICE("git+"))) {
        *page = path;
        return true;
    }
    size_t colon = un_slice_find(path, ':');
    un_slice rest = un_slice_from(path, colon < path.len ? colon + 1 : colon);
    size_t slash = un_slice_find(rest, '/');
    un_forge forge = {.kind = un_slice_part(path, 0, colon),
                      .host = parameter(reference, UN_SLICE("host=")),
                      .owner = un_slice_part(rest, 0, slash)};
    if (slash < rest.len)
        forge.place = un_slice_from(rest, slash + 1);
    forge.place.len = un_slice_find(forge.place, '/');
    return un_forge_page(page, &forge, arena);
}

int64_t un_forge_date_of_flake(un_slice reference) {
    return un_date_read(parameter(reference, UN_SLICE("lastModified=")));
}
