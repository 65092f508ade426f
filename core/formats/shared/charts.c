#include "charts.h"
#include "commit.h"
#include "core/tree/yaml.h"
#include "members.h"
#include "seen.h"

bool un_are_charts(un_value root) {
    un_value document = un_yaml_first(root);
    un_type type = un_type_of(un_get(document, UN_SLICE("dependencies")));
    return (type == UN_ARRAY || type == UN_NULL) &&
           un_type_of(un_get(document, UN_SLICE("digest"))) == UN_STRING &&
           un_type_of(un_get(document, UN_SLICE("generated"))) == UN_STRING;
}

/* "git+https://host/repository@path?ref=tag": a tag or branch names no revision. */
static void set_origin(un_package *package, un_slice repository) {
    package->source = UN_SLICE("registry");
    if (!repository.len || un_slice_starts(repository, UN_SLICE("file:")))
        package->source = UN_SLICE("path");
    if (!un_slice_starts(repository, UN_SLICE("git+")) &&
        !un_slice_starts(repository, UN_SLICE("git:")))
        return;
    package->source = UN_SLICE("git");
    package->revision = un_commit_in(repository);
}

/* What several releases or aliases use alike is listed once. */
static un_status add(un_packages *out, un_seen *seen, const un_package *package,
                     un_value repository, un_error *error) {
    size_t number;
    bool known;
    un_status status = un_seen_find(seen, package->name, package->version, &number, &known, error);
    if (status != UN_OK)
        return status;
    un_value *before = un_seen_value(seen, number);
    if (known && package->name.len && un_slice_equal(un_string(*before), un_string(repository)))
        return UN_OK;
    *before = repository;
    return un_packages_add(out, package, error);
}

static un_status read_chart(un_packages *out, un_seen *seen, un_value object, un_error *error) {
    un_value name, version, repository;
    const un_member members[] = {{UN_SLICE("name"), &name},
                                 {UN_SLICE("version"), &version},
                                 {UN_SLICE("repository"), &repository}};
    un_members(object, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, sizeof members / sizeof *members, error);
    un_package package = {.name = un_string(name), .version = un_string(version)};
    set_origin(&package, un_string(repository));
    return status == UN_OK ? add(out, seen, &package, repository, error) : status;
}

un_status un_charts_read(un_packages *out, un_value root, un_error *error) {
    un_seen seen = {0};
    un_value object;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_get(un_yaml_first(root), UN_SLICE("dependencies")));
    while (status == UN_OK && un_next(&c, NULL, &object))
        status = read_chart(out, &seen, object, error);
    un_seen_free(&seen);
    return status;
}
