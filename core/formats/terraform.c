/*
 * terraform.c: .terraform.lock.hcl of Terraform and OpenTofu, a small part of HCL.
 *
 * Source: "Dependency Lock File" of Terraform's documentation.
 *
 * provider "source" { version = "x"  constraints = "…"  hashes = [ … ] }
 *
 * Identity: the source address.
 *
 * Conventions: the name is the whole address ("registry.terraform.io/hashicorp/aws"), as syft has
 * it, for two registries may know the same short one. Hashes are no derivation: for one and the
 * same version there may be more of them tomorrow, one for each platform and kind of archive.
 */
#include "core/ascii.h"
#include "core/formats/shared/words.h"
#include "core/lines.h"
#include "formats.h"

static bool is_provider(un_slice text) {
    return un_slice_starts(text, UN_SLICE("provider \""));
}

static bool has_header(un_slice text) {
    return un_slice_starts(
               text, UN_SLICE("# This file is maintained automatically by \"terraform init\"")) ||
           un_slice_starts(text,
                           UN_SLICE("# This file is maintained automatically by \"tofu init\""));
}

static bool recognise(un_slice text) {
    un_line line = {0};
    return has_header(text) ||
           (un_next_code(text, UN_SLICE("#"), &line) && line.indent == 0 && is_provider(line.text));
}

static bool is_comment(un_slice text) {
    return un_slice_starts(text, UN_SLICE("#")) || un_slice_starts(text, UN_SLICE("//"));
}

/* How many more brackets open than close on the line, outside of quotes and comments. */
static int balance(un_slice text) {
    int open = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && is_comment(un_slice_from(text, i)))
            break;
        else if (!quoted)
            open += (c == '{' || c == '[') - (c == '}' || c == ']');
    }
    return open;
}

typedef struct reader {
    un_packages *out;
    int depth;     /* of brackets */
    bool provider; /* inside of a provider's block */
    bool listed;   /* it is the last package, and not left out for its name */
    bool known;    /* whether there was a block, or the header */
    bool comment;  /* inside of a comment over lines */
    un_error *error;
} reader;

/* version = "x" */
static un_status read_attribute(const reader *r, const un_line *line) {
    un_slice rest = line->text, name = un_next_word(&rest);
    if (!un_slice_equal(name, UN_SLICE("version")))
        return UN_OK;
    bool equals = un_slice_equal(un_next_word(&rest), UN_SLICE("="));
    rest = un_slice_trim(rest);
    if (!equals || rest.len < 2 || *rest.ptr != '"')
        return un_fail_line(r->error, line, "expected: version = \"...\"");
    if (r->listed)
        r->out->items[r->out->count - 1].version = un_next_word(&rest);
    return UN_OK;
}

static un_status begin_provider(reader *r, const un_line *line) {
    un_slice rest = un_slice_from(line->text, sizeof "provider" - 1), name = un_next_word(&rest);
    if (!name.len || !un_slice_starts(un_slice_trim(rest), UN_SLICE("{")))
        return un_fail_line(r->error, line, "expected: provider \"source\" {");
    r->provider = true;
    un_package package = {.name = name, .source = UN_SLICE("registry")};
    size_t count = r->out->count;
    un_status status = un_packages_add(r->out, &package, r->error);
    r->listed = r->out->count > count;
    return status;
}

static bool is_identifier(un_slice word) {
    for (size_t i = 0; i < word.len; i++)
        if (!un_is_alphanumeric(word.ptr[i]) && !strchr("_-", word.ptr[i]))
            return false;
    return word.len && !un_is_digit(*word.ptr);
}

/* name "label" { */
static bool is_block(un_slice text) {
    if (!is_identifier(un_next_word(&text)))
        return false;
    for (text = un_slice_trim(text); text.len && *text.ptr == '"'; text = un_slice_trim(text))
        un_next_word(&text);
    return text.len && *text.ptr == '{';
}

/* name = value, a block in a block, an element of a list, or the end of one of them. */
static bool is_content(un_slice text) {
    if (strchr("\"[]{},", *text.ptr))
        return true;
    size_t equals = un_slice_find(text, '=');
    return is_block(text) ||
           (equals < text.len && is_identifier(un_slice_trim(un_slice_part(text, 0, equals))));
}

/* Only what stands at depth 1 of a provider is read; of the rest the brackets count. */
static un_status read_line(reader *r, const un_line *line) {
    un_status status = UN_OK;
    if (r->comment || un_slice_starts(line->text, UN_SLICE("/*"))) {
        r->comment = un_slice_search(line->text, UN_SLICE("*/")) == line->text.len;
        return UN_OK;
    }
    if (is_comment(line->text) || !line->text.len)
        return UN_OK;
    if (r->depth == 0 && !is_block(line->text))
        return un_fail_line(r->error, line, "expected: provider \"source\" {");
    if (r->depth > 0 && !is_content(line->text))
        return un_fail_line(r->error, line, "expected: name = value");
    r->known = true;
    if (r->depth == 0)
        r->provider = false;
    if (r->depth == 0 && is_provider(line->text))
        status = begin_provider(r, line);
    else if (r->depth == 1 && r->provider)
        status = read_attribute(r, line);
    r->depth += balance(line->text);
    if (status == UN_OK && r->depth < 0)
        status = un_fail_line(r->error, line, "a bracket closes that was not opened");
    return status;
}

static un_status read_terraform(un_packages *out, un_slice text, un_error *error) {
    reader r = {.out = out, .known = has_header(text), .error = error};
    un_line line = {0};
    un_status status = UN_OK;
    while (status == UN_OK && un_next_line(text, &line))
        status = read_line(&r, &line);
    if (status == UN_OK && (r.depth > 0 || r.comment))
        status = un_fail_line(error, &line, "truncated: a block or a comment does not end");
    if (status == UN_OK && !r.known)
        status = un_fail_at(error, 1, 1, "nothing but comments, and none of Terraform's");
    return status;
}

static const char *const filenames[] = {".terraform.lock.hcl", NULL};

const un_format un_format_terraform = {
    .name = "terraform",
    .title = "Terraform and OpenTofu .terraform.lock.hcl",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_SEMVER,
    .identity = UN_IDENTITY_FIRST,
    .recognise_text = recognise,
    .read_text = read_terraform,
};
