/*
 * nuget.c: NuGet's packages.lock.json, versions 1 and 2.
 *
 * Source: "Locking dependencies" of NuGet's documentation, and real lockfiles.
 *
 * `dependencies.<framework>.<name>`: type, resolved, contentHash.
 *
 * Identity: the name; frameworks may resolve it to several versions.
 *
 * Conventions: what several frameworks resolve alike is listed once, and is direct if it is for one
 * of them; entries of type "Project" are members of the solution and no packages. Direct is what is
 * of type "Direct"; a version that is only managed centrally ("CentralTransitive") asks for
 * nothing.
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/members.h"
#include "core/formats/shared/seen.h"
#include "formats.h"

static bool recognise(un_value root) {
    int64_t version;
    un_value first = {NULL, 0}, dependencies = un_get(root, UN_SLICE("dependencies"));
    un_cursor c = un_walk(dependencies);
    bool any = un_next(&c, NULL, &first);
    return un_integer(un_get(root, UN_SLICE("version")), &version) &&
           un_type_of(dependencies) == UN_OBJECT && (!any || un_type_of(first) == UN_OBJECT) &&
           un_type_of(un_get(root, UN_SLICE("lockfileVersion"))) == UN_ABSENT;
}

typedef struct reading {
    un_packages *out;
    un_seen seen;
    un_asked asked;
    un_error *error;
} reading;

/* What several frameworks resolve alike is listed once. */
static un_status add(reading *r, un_slice name, un_value object) {
    un_value resolved, type, hash;
    const un_member members[] = {{UN_SLICE("resolved"), &resolved},
                                 {UN_SLICE("type"), &type},
                                 {UN_SLICE("contentHash"), &hash}};
    size_t number;
    bool known = false;
    if (un_type_of(object) != UN_OBJECT)
        return un_fail_value(r->error, object, "'%.*s' is no object", un_slice_shown(name),
                             name.ptr);
    un_members(object, members, sizeof members / sizeof *members);
    if (un_slice_equal(un_string(type), UN_SLICE("Project")))
        return UN_OK;
    un_package package = {.at = (uint32_t)object.at,
                          .name = name,
                          .version = un_string(resolved),
                          .source = UN_SLICE("registry"),
                          .derivation = un_string(hash)};
    un_status status = un_expect_strings(members, 1, r->error);
    r->asked.told |= un_string(type).len > 0;
    if (status == UN_OK && un_slice_equal(un_string(type), UN_SLICE("Direct")))
        status = un_asked_note(&r->asked, name, package.version, r->error);
    if (status == UN_OK)
        status = un_seen_find(&r->seen, name, package.version, &number, &known, r->error);
    return status == UN_OK && !known ? un_packages_add(r->out, &package, r->error) : status;
}

static un_status read_framework(reading *r, un_value framework) {
    un_slice name;
    un_value object;
    un_status status = UN_OK;
    un_cursor c = un_walk(framework);
    if (un_type_of(framework) != UN_OBJECT)
        return un_fail_type(r->error, framework, "the packages of a framework");
    while (status == UN_OK && un_next(&c, &name, &object))
        status = add(r, name, object);
    return status;
}

static un_status read_nuget(un_packages *out, un_value root, un_error *error) {
    reading r = {.out = out, .error = error};
    un_value framework;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_get(root, UN_SLICE("dependencies")));
    while (status == UN_OK && un_next(&c, NULL, &framework))
        status = read_framework(&r, framework);
    un_asked_settle(&r.asked, out);
    un_asked_free(&r.asked);
    un_seen_free(&r.seen);
    return status;
}

static const char *const filenames[] = {"packages.lock.json", NULL};
static const char *const header[] = {"version", NULL};
static const char *const lists[] = {"dependencies", NULL};

const un_format un_format_nuget = {
    .name = "nuget",
    .title = "NuGet packages.lock.json",
    .filenames = filenames,
    .syntax = UN_SYNTAX_JSON,
    .scheme = UN_SCHEME_NUGET,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_CASELESS,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_nuget,
};
