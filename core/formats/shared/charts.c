#include "charts.h"
#include "commit.h"
#include "core/tree/yaml.h"
#include "members.h"

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

static un_status read_chart(un_packages *out, un_slice key, un_value object, un_error *error) {
    un_value name, version, repository;
    const un_member members[] = {{UN_SLICE("name"), &name},
                                 {UN_SLICE("version"), &version},
                                 {UN_SLICE("repository"), &repository}};
    (void)key;
    un_members(object, members, sizeof members / sizeof *members);
    un_status status = un_expect_strings(members, sizeof members / sizeof *members, error);
    un_package package = {.name = un_string(name), .version = un_string(version)};
    set_origin(&package, un_string(repository));
    return status == UN_OK ? un_packages_add(out, &package, error) : status;
}

un_status un_charts_read(un_packages *out, un_value root, un_error *error) {
    return un_each(out, un_get(un_yaml_first(root), UN_SLICE("dependencies")), UN_ARRAY,
                   "dependencies", read_chart, error);
}
