/*
 * flake.c: Nix's flake.lock, versions 5 to 7, and devenv.lock, which is written the same way.
 *
 * Source: "Lock files" of the Nix manual's chapter on flakes.
 *
 * `nodes.<key>` with `locked` and `inputs`; an input names a node, or is a list of names, which
 * follows inputs of others. Packages are the nodes that can be reached from `root`.
 *
 * Identity: the key of the node.
 *
 * Conventions: direct is what the root names among its inputs, also where it follows an input of
 * another one; the others are inputs of inputs. An input has no version, its revision is what an
 * upgrade moves. narHash identifies what has no revision (a tarball, a path); where there is a
 * revision, it would tell the same twice, and is left away, so that a moved input is `changed` and
 * no rebuild. Source is the type that the lockfile states ("github", "git", "tarball", "path").
 * An input came out at its lastModified, which is the time of its commit. The page is that of the
 * repository; what a tarball was taken from is a file, and no page.
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/forge.h"
#include "core/formats/shared/members.h"
#include "core/formats/shared/seen.h"
#include "formats.h"
#include <stdlib.h>

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("nodes"))) == UN_OBJECT &&
           un_type_of(un_get(root, UN_SLICE("root"))) == UN_STRING &&
           un_type_of(un_get(root, UN_SLICE("version"))) == UN_NUMBER;
}

/* The nodes by name, which of them are reached, and which of those are still to be looked at. */
typedef struct graph {
    un_seen nodes;
    bool *reached;
    size_t *waiting, count;
    un_seen inputs; /* (node, input) */
} graph;

/* A document may have many nodes, and each input names one: they are looked up by hash. */
static un_status index_nodes(graph *g, un_value nodes, un_error *error) {
    un_slice key;
    un_value node;
    un_status status = UN_OK;
    size_t number;
    bool known;
    un_cursor c = un_walk(nodes);
    while (status == UN_OK && un_next(&c, &key, &node)) {
        status = un_seen_find(&g->nodes, key, UN_SLICE(""), &number, &known, error);
        if (status == UN_OK)
            *un_seen_value(&g->nodes, number) = node;
    }
    g->reached = calloc(g->nodes.count + 1, sizeof *g->reached);
    g->waiting = calloc(g->nodes.count + 1, sizeof *g->waiting);
    if (status == UN_OK && (!g->reached || !g->waiting))
        status = un_fail(error, UN_NO_MEMORY, "out of memory");
    return status;
}

static un_status reach(graph *g, un_slice name, un_value place, un_error *error) {
    size_t number;
    if (!un_seen_get(&g->nodes, name, UN_SLICE(""), &number))
        return un_fail_value(error, place, "there is no node '%.*s'", un_slice_shown(name),
                             name.ptr);
    if (!g->reached[number]) {
        g->reached[number] = true;
        g->waiting[g->count++] = number;
    }
    return UN_OK;
}

/* An input that is a list follows inputs of other nodes, which are reached by those. */
static un_status reach_inputs(graph *g, un_value node, un_error *error) {
    un_value input;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_get(node, UN_SLICE("inputs")));
    while (status == UN_OK && un_next(&c, NULL, &input))
        if (un_type_of(input) == UN_STRING)
            status = reach(g, un_string(input), input, error);
    return status;
}

static un_status reach_all(graph *g, un_value root, un_error *error) {
    un_value name = un_get(root, UN_SLICE("root"));
    un_status status = index_nodes(g, un_get(root, UN_SLICE("nodes")), error);
    if (status == UN_OK)
        status = reach(g, un_string(name), name, error);
    while (status == UN_OK && g->count > 0)
        status = reach_inputs(g, *un_seen_value(&g->nodes, g->waiting[--g->count]), error);
    return status;
}

/* --- what the project asks for ---------------------------------------------------------------- */

static un_status index_inputs(graph *g, un_value nodes, un_error *error) {
    un_slice node, key;
    un_value value, input;
    un_status status = UN_OK;
    size_t number;
    bool known;
    for (un_cursor c = un_walk(nodes); status == UN_OK && un_next(&c, &node, &value);) {
        un_cursor inputs = un_walk(un_get(value, UN_SLICE("inputs")));
        while (status == UN_OK && un_next(&inputs, &key, &input)) {
            status = un_seen_find(&g->inputs, node, key, &number, &known, error);
            if (status == UN_OK)
                *un_seen_value(&g->inputs, number) = input;
        }
    }
    return status;
}

static bool has_list(un_value inputs) {
    un_value input;
    bool found = false;
    for (un_cursor c = un_walk(inputs); !found && un_next(&c, NULL, &input);)
        found = un_type_of(input) == UN_ARRAY;
    return found;
}

/* The node that a list of names leads to; absent: it follows what follows something else. */
static un_slice follow(graph *g, un_slice node, un_value list) {
    un_value name;
    size_t number;
    for (un_cursor c = un_walk(list); node.len && un_next(&c, NULL, &name);)
        node = un_seen_get(&g->inputs, node, un_string(name), &number)
                   ? un_string(*un_seen_value(&g->inputs, number))
                   : (un_slice){NULL, 0};
    return node;
}

static un_status note_asked(graph *g, un_asked *asked, un_value root, un_error *error) {
    un_slice key, top = un_get_string(root, UN_SLICE("root"));
    un_value input, nodes = un_get(root, UN_SLICE("nodes"));
    un_value inputs = un_get(un_get(nodes, top), UN_SLICE("inputs"));
    un_status status = has_list(inputs) ? index_inputs(g, nodes, error) : UN_OK;
    un_cursor c = un_walk(inputs);
    asked->told = true;
    while (status == UN_OK && un_next(&c, &key, &input)) {
        un_slice node = un_type_of(input) == UN_ARRAY ? follow(g, top, input) : un_string(input);
        if (node.len)
            status = un_asked_note(asked, node, UN_SLICE(""), error);
    }
    return status;
}

static un_status mark_asked(graph *g, un_packages *out, un_value root, un_error *error) {
    un_asked asked = {.told = false};
    un_status status = note_asked(g, &asked, root, error);
    if (status == UN_OK)
        un_asked_settle(&asked, out);
    un_asked_free(&asked);
    return status;
}

/* --- packages --------------------------------------------------------------------------------- */

static bool set_page(un_packages *out, un_package *package, un_value locked) {
    un_value host, owner, repository, url;
    const un_member members[] = {{UN_SLICE("host"), &host},
                                 {UN_SLICE("owner"), &owner},
                                 {UN_SLICE("repo"), &repository},
                                 {UN_SLICE("url"), &url}};
    un_members(locked, members, sizeof members / sizeof *members);
    un_forge forge = {.kind = package->source,
                      .host = un_string(host),
                      .owner = un_string(owner),
                      .place = un_string(repository)};
    if (un_slice_equal(package->source, UN_SLICE("git"))) {
        package->url = un_string(url);
        return true;
    }
    return un_forge_page(&package->url, &forge, &out->arena);
}

/* A node without `locked` is the project. */
static un_status add_node(un_packages *out, un_slice key, un_value node, un_error *error) {
    un_value type, revision, hash, modified, locked = un_get(node, UN_SLICE("locked"));
    const un_member members[] = {{UN_SLICE("type"), &type},
                                 {UN_SLICE("rev"), &revision},
                                 {UN_SLICE("narHash"), &hash},
                                 {UN_SLICE("lastModified"), &modified}};
    if (un_type_of(locked) == UN_ABSENT)
        return UN_OK;
    if (un_type_of(locked) != UN_OBJECT)
        return un_fail_type(error, locked, "an object `locked`");
    un_members(locked, members, sizeof members / sizeof *members);
    un_package package = {.at = (uint32_t)node.at,
                          .name = key,
                          .source = un_string(type),
                          .revision = un_string(revision),
                          .released = un_date_of(modified)};
    if (!package.revision.len)
        package.derivation = un_string(hash);
    if (!set_page(out, &package, locked))
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    return un_packages_add(out, &package, error);
}

static un_status add_reached(un_packages *out, const graph *g, un_value nodes, un_error *error) {
    un_slice key;
    un_value node;
    un_status status = UN_OK;
    size_t number = 0;
    un_cursor c = un_walk(nodes);
    while (status == UN_OK && un_next(&c, &key, &node))
        if (un_seen_get(&g->nodes, key, UN_SLICE(""), &number) && g->reached[number])
            status = add_node(out, key, node, error);
    return status;
}

static un_status read_flake(un_packages *out, un_value root, un_error *error) {
    graph g = {.count = 0};
    un_status status = un_edition_check(root, "flake.lock", 5, 7, error);
    if (status == UN_OK)
        status = reach_all(&g, root, error);
    if (status == UN_OK)
        status = add_reached(out, &g, un_get(root, UN_SLICE("nodes")), error);
    if (status == UN_OK)
        status = mark_asked(&g, out, root, error);
    un_seen_free(&g.nodes);
    un_seen_free(&g.inputs);
    free(g.reached);
    free(g.waiting);
    return status;
}

static const char *const filenames[] = {"flake.lock", "devenv.lock", NULL};

const un_format un_format_flake = {
    .name = "flake",
    .title = "Nix flake.lock, and devenv.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_NIX,
    .identity = UN_IDENTITY_FIRST,
    .recognise = recognise,
    .read = read_flake,
};
