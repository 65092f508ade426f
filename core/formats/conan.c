/*
 * conan.c: Conan's conan.lock, of Conan 1 (`graph_lock`) and Conan 2 (`requires`).
 *
 * Source: "Lockfiles" of the documentation of Conan 1 and 2.
 *
 * A reference: name[/version][@user/channel][#revision][:package[#revision]][%timestamp]. Of Conan
 * 1 the older ones have `pref`, with the package, in the place of `ref`.
 *
 * Identity: the name; one name may stand in several versions.
 *
 * Conventions: a node that has a path, or no reference, is the project or a package under edit, and
 * no package. Group "dev" is what only building needs (`build_requires`, context "build");
 * `python_requires` and `config_requires` are "python" and "config". The revision is that of the
 * recipe, and its timestamp, in seconds with a fraction, is when that came out. Direct is what a
 * node requires that is no package; Conan 2 does not tell.
 */
#include "core/date.h"
#include "core/formats/shared/asked.h"
#include "core/formats/shared/edition.h"
#include "core/formats/shared/members.h"
#include "formats.h"

static un_value nodes_of(un_value root) {
    return un_get(un_get(root, UN_SLICE("graph_lock")), UN_SLICE("nodes"));
}

static bool recognise(un_value root) {
    return un_type_of(un_get(root, UN_SLICE("graph_lock"))) == UN_OBJECT ||
           (un_slice_starts(un_get_string(root, UN_SLICE("version")), UN_SLICE("0.")) &&
            (un_type_of(un_get(root, UN_SLICE("requires"))) == UN_ARRAY ||
             un_type_of(un_get(root, UN_SLICE("build_requires"))) == UN_ARRAY));
}

/* The length up to the first of `marks`. */
static size_t until(un_slice text, const char *marks) {
    size_t end = 0;
    while (end < text.len && !(text.ptr[end] && strchr(marks, text.ptr[end])))
        end++;
    return end;
}

static int64_t date_of(un_slice reference) {
    size_t mark = un_slice_find(reference, '%');
    un_slice date = un_slice_from(reference, mark < reference.len ? mark + 1 : mark);
    date.len = until(date, ".:");
    return un_date_read(date);
}

/* The version ends where a user, a revision, a package or a timestamp begins. What follows the
 * package is no revision of the recipe. */
static un_status add_reference(un_packages *out, un_slice reference, un_slice group,
                               un_direct direct, un_value place, un_error *error) {
    size_t end = until(reference, "/@#:%"), colon = un_slice_find(reference, ':');
    un_package package = {.at = (uint32_t)place.at,
                          .name = un_slice_part(reference, 0, end),
                          .group = group,
                          .source = UN_SLICE("registry"),
                          .released = date_of(reference),
                          .direct = direct};
    un_slice rest = un_slice_from(reference, end);
    if (un_slice_starts(rest, UN_SLICE("/"))) {
        rest = un_slice_from(rest, 1);
        package.version = un_slice_part(rest, 0, until(rest, "@#:%"));
    }
    size_t mark = un_slice_find(reference, '#');
    if (mark < colon) {
        rest = un_slice_from(reference, mark + 1);
        package.revision = un_slice_part(rest, 0, until(rest, ":%"));
    }
    return un_packages_add(out, &package, error);
}

typedef struct graph {
    un_packages *out;
    un_asked asked; /* keys of nodes */
    un_error *error;
} graph;

static un_status note_list(graph *g, un_value list) {
    un_value key;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_type_of(list) == UN_ARRAY ? list : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, NULL, &key))
        if (un_string(key).len)
            status = un_asked_note(&g->asked, un_string(key), UN_SLICE(""), g->error);
    return status;
}

/* What the project, or a package under edit, requires. */
static un_status note_asked(graph *g, un_value nodes) {
    un_value node;
    un_status status = UN_OK;
    for (un_cursor c = un_walk(nodes); status == UN_OK && un_next(&c, NULL, &node);) {
        bool package =
            un_get_string(node, UN_SLICE("ref")).len || un_get_string(node, UN_SLICE("pref")).len;
        if (package && !un_get_string(node, UN_SLICE("path")).len)
            continue;
        g->asked.told = true;
        status = note_list(g, un_get(node, UN_SLICE("requires")));
        if (status == UN_OK)
            status = note_list(g, un_get(node, UN_SLICE("build_requires")));
    }
    return status;
}

static un_status read_node(graph *g, un_slice key, un_value node) {
    un_value recipe, package, path, context;
    const un_member members[] = {{UN_SLICE("ref"), &recipe},
                                 {UN_SLICE("pref"), &package},
                                 {UN_SLICE("path"), &path},
                                 {UN_SLICE("context"), &context}};
    if (un_type_of(node) != UN_OBJECT)
        return un_fail_type(g->error, node, "a node object");
    un_members(node, members, sizeof members / sizeof *members);
    un_slice reference = un_string(un_string(recipe).len ? recipe : package);
    if (!reference.len || un_string(path).len)
        return UN_OK;
    bool builds = un_slice_equal(un_string(context), UN_SLICE("build"));
    un_direct direct = un_asked_direct(&g->asked, un_asked_has(&g->asked, key, UN_SLICE("")));
    return add_reference(g->out, reference, un_slice_of(builds ? "dev" : NULL), direct, node,
                         g->error);
}

static un_status read_nodes(un_packages *out, un_value nodes, un_error *error) {
    graph g = {.out = out, .error = error};
    un_slice key;
    un_value node;
    un_status status = note_asked(&g, nodes);
    for (un_cursor c = un_walk(nodes); status == UN_OK && un_next(&c, &key, &node);)
        status = read_node(&g, key, node);
    un_asked_free(&g.asked);
    return status;
}

/* An element is a reference, or an array that begins with one; read_requirements sets its group. */
static un_status read_requirement(un_packages *out, un_slice key, un_value value, un_error *error) {
    un_cursor c = un_walk(value);
    (void)key;
    if (un_type_of(value) == UN_ARRAY)
        un_next(&c, NULL, &value);
    if (un_type_of(value) != UN_STRING)
        return un_fail_type(error, value, "a reference");
    return add_reference(out, un_string(value), (un_slice){NULL, 0}, UN_DIRECT_UNKNOWN, value,
                         error);
}

/* The group is that of the list, which a single requirement does not know. */
static un_status read_requirements(un_packages *out, un_value root, un_error *error) {
    static const struct {
        const char *member, *group;
    } lists[] = {{"requires", NULL},
                 {"build_requires", "dev"},
                 {"python_requires", "python"},
                 {"config_requires", "config"}};
    un_status status = UN_OK;
    for (size_t i = 0; status == UN_OK && i < sizeof lists / sizeof *lists; i++) {
        size_t first = out->count;
        status = un_each(out, un_get(root, un_slice_of(lists[i].member)), UN_ARRAY, lists[i].member,
                         read_requirement, error);
        for (; first < out->count; first++)
            out->items[first].group = un_slice_of(lists[i].group);
    }
    return status;
}

static un_status read_conan(un_packages *out, un_value root, un_error *error) {
    un_value nodes = nodes_of(root), version = un_get(root, UN_SLICE("version"));
    if (un_string(version).len && !un_slice_starts(un_string(version), UN_SLICE("0.")))
        return un_fail_newer(error, version, "conan.lock version", un_string(version), "0.x");
    if (un_type_of(nodes) == UN_OBJECT)
        return read_nodes(out, nodes, error);
    return read_requirements(out, root, error);
}

static const char *const filenames[] = {"conan.lock", NULL};
static const char *const header[] = {"version", NULL};
static const char *const lists[] = {"requires", "build_requires", "python_requires",
                                    "config_requires", NULL};

const un_format un_format_conan = {
    .name = "conan",
    .title = "Conan conan.lock, of Conan 1 and 2",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_CONAN,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_conan,
};
