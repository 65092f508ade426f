/*
 * conda_explicit.c: the explicit lists of `conda list --explicit`, micromamba and conda-lock.
 *
 * Source: "Building identical conda environments" of conda's documentation, and what the tools
 * write.
 *
 * "@EXPLICIT", then a URL on each line: …/linux-64/name-version-build.conda#md5, or #sha256:….
 * Comments say the platform. conda-lock puts what pip installs into comments, too:
 * "# pip name @ URL#sha256=…".
 *
 * Identity: (name, system); conda and pip may both have a package of that name. What pip
 * installs goes by the rules of Python.
 *
 * Conventions:
 *   - a list is of one platform, which is the system also of what runs anywhere: a package that
 *     stops to be built for each platform is upgraded, not removed and added. Where no comment says
 *     the platform, the first URL that has one does;
 *   - the derivation is the digest; without one, as conda writes it unless asked for --md5, the
 *     build string;
 *   - channels are told by URLs only, and a package is the same in another one.
 */
#include "core/ascii.h"
#include "core/formats/shared/conda.h"
#include "core/formats/shared/requirement.h"
#include "core/lines.h"
#include "core/system.h"
#include "formats.h"

static bool is_mark(un_slice text) {
    return un_slice_equal(un_slice_trim(text), UN_SLICE("@EXPLICIT"));
}

static bool recognise(un_slice text) {
    un_line line = {0};
    return un_next_code(text, UN_SLICE("#"), &line) && is_mark(line.text);
}

typedef struct reader {
    un_packages *out;
    un_slice system; /* of the whole list */
    bool known;      /* whether there was the mark */
    un_error *error;
} reader;

static bool is_hexadecimal(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (un_hex_value(text.ptr[i]) < 0)
            return false;
    return text.len > 0;
}

/* Parts "URL#digest"; false: it is no URL of a package, or what stands behind it is no digest. */
static bool split(un_slice text, un_slice *url, un_slice *digest) {
    size_t mark = un_slice_find_last(text, '#');
    *url = un_slice_part(text, 0, mark);
    *digest = mark < text.len ? un_slice_from(text, mark + 1) : UN_SLICE("");
    if (un_slice_starts(*digest, UN_SLICE("sha256:")))
        *digest = un_slice_from(*digest, 7);
    return un_conda_file(*url).len && un_slice_find(*url, ' ') == url->len &&
           (mark == text.len || is_hexadecimal(*digest));
}

/* "build:py311_0", which tells nothing about a digest. */
static un_slice mark_build(un_arena *arena, un_slice build) {
    static const char mark[] = "build:";
    char *text = un_arena_alloc(arena, sizeof mark + build.len);
    if (!text)
        return (un_slice){NULL, 0};
    memcpy(text, mark, sizeof mark - 1);
    memcpy(text + sizeof mark - 1, build.ptr, build.len);
    return (un_slice){text, sizeof mark - 1 + build.len};
}

static un_status read_package(reader *r, const un_line *line) {
    un_slice url, digest;
    if (!split(un_slice_trim(line->text), &url, &digest))
        return un_fail_line(r->error, line, "expected the URL of a conda package");
    un_package package = {.source = UN_SLICE("registry"), .derivation = digest};
    un_slice build = un_conda_read_url(&package, url);
    if (!digest.len && build.len) {
        package.derivation = mark_build(&r->out->arena, build);
        if (!package.derivation.ptr)
            return un_fail(r->error, UN_NO_MEMORY, "out of memory");
    }
    if (!r->system.len)
        r->system = un_system_name(package.system);
    return un_packages_add(r->out, &package, r->error);
}

/* "# platform: linux-64" and "# pip name @ URL". */
static un_status read_comment(reader *r, un_slice text) {
    static const char platform[] = "# platform: ", pip[] = "# pip ";
    un_requirement requirement;
    un_package package;
    if (un_slice_starts(text, UN_SLICE(platform)))
        r->system = un_system_name(un_slice_trim(un_slice_from(text, sizeof platform - 1)));
    if (!un_slice_starts(text, UN_SLICE(pip)) ||
        !un_requirement_parse(&requirement, un_slice_from(text, sizeof pip - 1)) ||
        !un_requirement_is_pinned(&requirement))
        return UN_OK;
    un_status status = un_requirement_package(&package, &r->out->arena, &requirement, r->error);
    package.python = true;
    return status == UN_OK ? un_packages_add(r->out, &package, r->error) : status;
}

static un_status read_line(reader *r, const un_line *line) {
    if (!line->text.len)
        return UN_OK;
    if (un_slice_starts(line->text, UN_SLICE("#")))
        return read_comment(r, line->text);
    if (is_mark(line->text)) {
        r->known = true;
        return UN_OK;
    }
    return r->known ? read_package(r, line)
                    : un_fail_line(r->error, line, "expected @EXPLICIT, as conda writes it");
}

static un_status read_conda_explicit(un_packages *out, un_slice text, un_error *error) {
    reader r = {.out = out, .error = error};
    un_line line = {0};
    un_status status = UN_OK;
    while (status == UN_OK && un_next_line(text, &line))
        status = read_line(&r, &line);
    if (status == UN_OK && !r.known)
        return un_fail_at(error, 1, 1, "no line @EXPLICIT, as conda writes it");
    for (size_t i = 0; i < out->count; i++)
        out->items[i].system = r.system;
    return status;
}

static const char *const filenames[] = {"explicit.txt", "spec-file.txt", NULL};

const un_format un_format_conda_explicit = {
    .name = "conda-explicit",
    .title = "conda @EXPLICIT lists, of micromamba and conda-lock, too",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_CONDA,
    .identity = UN_IDENTITY_SET,
    .names = UN_NAMES_CASELESS,
    .recognise_text = recognise,
    .read_text = read_conda_explicit,
};
