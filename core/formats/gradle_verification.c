/*
 * gradle_verification.c: Gradle's gradle/verification-metadata.xml.
 *
 * Source: "Verifying dependencies" of Gradle's documentation, and real files.
 *
 * `<components>` has a `<component group name version>` for each module that was ever resolved, and
 * below it an `<artifact>` for each file, with `<sha256 value="…">` and so on, each of which may
 * have `<also-trust value="…">`. Keys that signed something, and what is trusted without
 * verification, name no packages.
 *
 * Identity: "group:name"; the file keeps all versions that any configuration needed.
 *
 * Conventions: all hashes identify the build, with their kind in front, for files and kinds are
 * added in passing; the strongest of the first file stands for it.
 */
#include "core/formats/shared/maven.h"
#include "core/formats/shared/members.h"
#include "core/tree/xml.h"
#include "formats.h"

static bool is_called(un_value element, un_slice name) {
    return un_slice_equal(un_xml_name(element), name);
}

static bool recognise(un_value root) {
    return is_called(root, UN_SLICE("verification-metadata"));
}

/* From the strongest on. */
static const char *const kinds[] = {"sha512", "sha256", "sha1", "md5"};
#define KINDS (sizeof kinds / sizeof *kinds)

static size_t kind_of(un_value element) {
    un_slice name = un_xml_name(element);
    size_t kind = 0;
    while (kind < KINDS && !un_slice_equal(name, un_slice_of(kinds[kind])))
        kind++;
    return kind;
}

typedef struct component {
    un_packages *out;
    un_slice *hashes;
    size_t count, capacity;
    size_t best; /* kind of the derivation */
    un_slice derivation;
} component;

/* "sha256:value" */
static un_status add_hash(component *c, size_t kind, un_value element, un_error *error) {
    un_slice value = un_get_string(un_xml_attributes(element), UN_SLICE("value"));
    un_slice name = un_slice_of(kinds[kind]);
    if (!value.len)
        return UN_OK;
    char *text = un_arena_alloc(&c->out->arena, name.len + 1 + value.len);
    un_slice *grown =
        un_arena_grow(&c->out->arena, c->hashes, &c->capacity, c->count + 1, sizeof *grown);
    if (!text || !grown)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    memcpy(text, name.ptr, name.len);
    text[name.len] = ':';
    memcpy(text + name.len + 1, value.ptr, value.len);
    c->hashes = grown;
    c->hashes[c->count++] = (un_slice){text, name.len + 1 + value.len};
    return UN_OK;
}

/* <sha256 value="…"> and what is trusted beside it. */
static un_status read_hash(component *c, un_value element, bool first, un_error *error) {
    size_t kind = kind_of(element), before = c->count;
    if (kind == KINDS)
        return UN_OK;
    un_status status = add_hash(c, kind, element, error);
    if (status == UN_OK && first && kind < c->best && c->count > before) {
        c->best = kind;
        c->derivation = c->hashes[before];
    }
    un_value child;
    for (un_cursor w = un_walk(element); status == UN_OK && un_next(&w, NULL, &child);)
        if (is_called(child, UN_SLICE("also-trust")))
            status = add_hash(c, kind, child, error);
    return status;
}

static un_status read_artifacts(component *c, un_value element, un_error *error) {
    un_value artifact, hash;
    un_status status = UN_OK;
    for (un_cursor w = un_walk(element); status == UN_OK && un_next(&w, NULL, &artifact);) {
        bool first = !c->derivation.ptr;
        if (!is_called(artifact, UN_SLICE("artifact")))
            continue;
        for (un_cursor h = un_walk(artifact); status == UN_OK && un_next(&h, NULL, &hash);)
            status = read_hash(c, hash, first, error);
    }
    return status;
}

static un_status read_component(un_packages *out, un_value element, un_error *error) {
    un_value group, name, version;
    const un_member members[] = {
        {UN_SLICE("group"), &group}, {UN_SLICE("name"), &name}, {UN_SLICE("version"), &version}};
    component c = {.out = out, .best = KINDS};
    un_members(un_xml_attributes(element), members, sizeof members / sizeof *members);
    un_package package = {.version = un_string(version), .source = UN_SLICE("registry")};
    un_status status = un_maven_name(&package.name, out, un_string(group), un_string(name), error);
    if (status == UN_OK)
        status = read_artifacts(&c, element, error);
    package.derivation = c.derivation;
    un_package_hashes(&package, c.hashes, c.count);
    return status == UN_OK ? un_packages_add(out, &package, error) : status;
}

/* What a tool says where it fails may stand in an element, and no component then. */
static un_status expect_no_text(un_value parent, un_error *error) {
    un_value child;
    un_cursor w = un_walk(parent);
    (void)un_next(&w, NULL, &child); /* its name */
    while (un_next(&w, NULL, &child))
        if (un_type_of(child) == UN_STRING)
            return un_fail_value(error, child, "expected an element, found text");
    return UN_OK;
}

static un_status read_verification(un_packages *out, un_value root, un_error *error) {
    un_value list, element;
    un_status status = expect_no_text(root, error);
    for (un_cursor w = un_walk(root); status == UN_OK && un_next(&w, NULL, &list);) {
        if (!is_called(list, UN_SLICE("components")))
            continue;
        status = expect_no_text(list, error);
        for (un_cursor c = un_walk(list); status == UN_OK && un_next(&c, NULL, &element);)
            if (is_called(element, UN_SLICE("component")))
                status = read_component(out, element, error);
    }
    return status;
}

static const char *const filenames[] = {"gradle/verification-metadata.xml",
                                        "verification-metadata.xml", NULL};

const un_format un_format_gradle_verification = {
    .name = "gradle-verification",
    .title = "Gradle verification-metadata.xml",
    .filenames = filenames,
    .syntax = UN_SYNTAX_XML,
    .scheme = UN_SCHEME_MAVEN,
    .identity = UN_IDENTITY_SET,
    .recognise = recognise,
    .read = read_verification,
};
