/*
 * podfile.c: CocoaPods' Podfile.lock.
 *
 * Source: CocoaPods' documentation and its Pod::Lockfile, and real lockfiles.
 *
 * `PODS` lists "Name (version)", or an object of one such key where a pod needs others. What else
 * is known of a pod stands by its name in SPEC CHECKSUMS, EXTERNAL SOURCES and CHECKOUT OPTIONS.
 *
 * Identity: the name, of a subspec the whole of it.
 *
 * Conventions, where the field's readers differ:
 *   - a subspec ("Name/Part") is a package of its own, as PODS lists it; so have it syft, trivy and
 *     osv-scalibr. It shares the checksum and the source of its pod;
 *   - the version of what comes from git or a path is what PODS states;
 *   - direct is what DEPENDENCIES lists, of a subspec the whole name;
 *   - there is no group: targets are not told.
 */
#include "core/formats/shared/asked.h"
#include "core/formats/shared/members.h"
#include "core/formats/shared/seen.h"
#include "core/tree/yaml.h"
#include "formats.h"

enum {
    PODS,
    CHECKSUMS,
    SOURCES,
    CHECKOUTS,
    VERSION,
    DEPENDENCIES,
    SECTIONS
};

static const un_slice sections[] = {UN_LITERAL("PODS"),
                                    UN_LITERAL("SPEC CHECKSUMS"),
                                    UN_LITERAL("EXTERNAL SOURCES"),
                                    UN_LITERAL("CHECKOUT OPTIONS"),
                                    UN_LITERAL("COCOAPODS"),
                                    UN_LITERAL("DEPENDENCIES")};

static void read_sections(un_value root, un_value section[SECTIONS]) {
    un_member members[SECTIONS];
    for (size_t i = 0; i < SECTIONS; i++)
        members[i] = (un_member){sections[i], &section[i]};
    un_members(un_yaml_first(root), members, SECTIONS);
}

static bool recognise(un_value root) {
    un_value section[SECTIONS];
    read_sections(root, section);
    return un_type_of(section[PODS]) == UN_ARRAY || un_type_of(section[VERSION]) == UN_STRING;
}

/* A walk through PODS. */
typedef struct walk {
    un_packages *out;
    un_seen known; /* (pod, section) has the value that stands there */
    un_error *error;
} walk;

static un_status note_section(walk *w, un_value section, un_slice name) {
    un_slice pod;
    un_value value;
    size_t number;
    bool known;
    un_status status = UN_OK;
    un_cursor c = un_walk(un_type_of(section) == UN_OBJECT ? section : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, &pod, &value)) {
        status = un_seen_find(&w->known, pod, name, &number, &known, w->error);
        if (status == UN_OK)
            *un_seen_value(&w->known, number) = value;
    }
    return status;
}

static void look_up(walk *w, un_slice pod, un_value out[SECTIONS]) {
    size_t number;
    for (size_t i = CHECKSUMS; i <= CHECKOUTS; i++)
        out[i] = un_seen_get(&w->known, pod, sections[i], &number)
                     ? *un_seen_value(&w->known, number)
                     : (un_value){NULL, 0};
}

/* The commit that was checked out, else the one that was asked for. */
static void read_source(un_package *package, un_value asked, un_value checked_out) {
    un_slice git = UN_SLICE(":git"), commit = UN_SLICE(":commit");
    package->source = UN_SLICE("registry");
    un_slice place = un_get_string(checked_out, git);
    if (!place.len)
        place = un_get_string(asked, git);
    if (place.len) {
        package->source = UN_SLICE("git");
        package->url = place;
        package->revision = un_get_string(checked_out, commit);
        if (!package->revision.len)
            package->revision = un_get_string(asked, commit);
    } else if (un_get_string(asked, UN_SLICE(":path")).len) {
        package->source = UN_SLICE("path");
    } else if (un_get_string(asked, UN_SLICE(":podspec")).len) {
        package->source = UN_SLICE("url");
    }
}

/* Parts "Name (version)"; old ones have "(HEAD based on version)". */
static void split(un_package *package, un_slice pod) {
    un_slice mark = UN_SLICE(" ("), head = UN_SLICE("HEAD based on ");
    size_t at = un_slice_search(pod, mark);
    package->name = un_slice_part(pod, 0, at);
    if (at == pod.len || !un_slice_ends(pod, UN_SLICE(")")))
        return;
    un_slice version = un_slice_from(pod, at + mark.len);
    version.len--;
    package->version = un_slice_starts(version, head) ? un_slice_from(version, head.len) : version;
}

static un_status read_pod(walk *w, un_value entry, un_slice pod) {
    un_package package = {.at = (uint32_t)entry.at};
    un_value section[SECTIONS];
    split(&package, pod);
    if (!package.name.len)
        return un_fail_value(w->error, entry, "expected \"Name (version)\"");
    un_slice root = un_slice_part(package.name, 0, un_slice_find(package.name, '/'));
    look_up(w, root, section);
    package.derivation = un_string(section[CHECKSUMS]);
    read_source(&package, section[SOURCES], section[CHECKOUTS]);
    return un_packages_add(w->out, &package, w->error);
}

/* A pod that needs others is the one key of an object, with a list of what it needs. */
static un_status read_pods(walk *w, un_value pods) {
    un_value entry, needs;
    un_slice pod;
    un_status status = UN_OK;
    un_cursor all = un_walk(pods);
    while (status == UN_OK && un_next(&all, NULL, &entry)) {
        un_cursor one = un_walk(entry);
        if (un_type_of(entry) == UN_STRING)
            status = read_pod(w, entry, un_string(entry));
        else if (un_type_of(entry) == UN_OBJECT && un_next(&one, &pod, &needs))
            status = read_pod(w, entry, pod);
        else
            status = un_fail_type(w->error, entry, "a pod");
    }
    return status;
}

static un_status mark_asked(un_packages *out, un_value dependencies, un_error *error) {
    un_asked asked = {.told = un_type_of(dependencies) == UN_ARRAY};
    un_value one;
    un_status status = UN_OK;
    un_cursor c = un_walk(asked.told ? dependencies : (un_value){NULL, 0});
    while (status == UN_OK && un_next(&c, NULL, &one)) {
        un_package package = {.name = {NULL, 0}};
        split(&package, un_string(one));
        status = un_asked_note(&asked, package.name, UN_SLICE(""), error);
    }
    if (status == UN_OK)
        un_asked_settle(&asked, out);
    un_asked_free(&asked);
    return status;
}

static un_status read_podfile(un_packages *out, un_value root, un_error *error) {
    walk w = {.out = out, .error = error};
    un_value section[SECTIONS];
    un_status status = UN_OK;
    read_sections(root, section);
    un_type type = un_type_of(section[PODS]);
    if (type != UN_ARRAY && type != UN_ABSENT && type != UN_NULL)
        return un_fail_value(error, section[PODS], "`PODS` is no array");
    for (size_t i = CHECKSUMS; status == UN_OK && i <= CHECKOUTS; i++)
        status = note_section(&w, section[i], sections[i]);
    if (status == UN_OK && type == UN_ARRAY)
        status = read_pods(&w, section[PODS]);
    if (status == UN_OK)
        status = mark_asked(out, section[DEPENDENCIES], error);
    un_seen_free(&w.known);
    return status;
}

static const char *const filenames[] = {"Podfile.lock", NULL};
static const char *const header[] = {"PODFILE CHECKSUM", "COCOAPODS", "SPEC REPOS", NULL};
static const char *const lists[] = {
    "PODS", "DEPENDENCIES", "EXTERNAL SOURCES", "CHECKOUT OPTIONS", "SPEC CHECKSUMS", NULL};

const un_format un_format_podfile = {
    .name = "podfile",
    .title = "CocoaPods Podfile.lock",
    .filenames = filenames,
    .syntax = UN_SYNTAX_YAML,
    .scheme = UN_SCHEME_RUBYGEMS,
    .identity = UN_IDENTITY_FIRST,
    .recognise = recognise,
    .header = header,
    .lists = lists,
    .read = read_podfile,
};
