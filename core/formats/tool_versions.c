/*
 * tool_versions.c: .tool-versions of asdf, which mise reads, too.
 *
 * Source: "The .tool-versions file" of asdf's documentation, and of mise's.
 *
 * A tool on each line, then the versions to try in that order; what follows a # is a comment.
 *
 * Identity: the tool.
 *
 * Conventions:
 *   - the first of the versions is the one that is used, as renovate has it;
 *   - "system" and "path:…" name what is not installed by the file, "latest" and "latest:1" no
 *     version: no packages;
 *   - "ref:…" is a commit or tag that is built from, so it is the revision;
 *   - versions are what each tool makes them, so two are ordered by the scheme that both fit.
 * Any two words look like a line of it. Of what is called otherwise, a tool must be one that is
 * known, and everywhere a version must look like one.
 */
#include "core/ascii.h"
#include "core/formats/shared/words.h"
#include "core/lines.h"
#include "formats.h"

/* Those that most files have. Not "go": the second line of a go.mod looks like it. */
static const char *const tools[] = {
    "act",      "awscli",     "bun",       "clojure",    "cmake",      "conan",  "crystal",
    "dart",     "deno",       "direnv",    "dotnet",     "elixir",     "elm",    "erlang",
    "flutter",  "gcloud",     "gleam",     "golang",     "gradle",     "groovy", "haskell",
    "helm",     "helmfile",   "hugo",      "java",       "jq",         "julia",  "just",
    "k9s",      "kind",       "kotlin",    "kubectl",    "kustomize",  "lua",    "maven",
    "minikube", "mix",        "neovim",    "nim",        "ninja",      "node",   "nodejs",
    "ocaml",    "opentofu",   "packer",    "perl",       "php",        "pnpm",   "poetry",
    "postgres", "pre-commit", "protoc",    "python",     "R",          "redis",  "ruby",
    "ruff",     "rust",       "sbt",       "scala",      "shellcheck", "shfmt",  "sops",
    "swift",    "task",       "terraform", "terragrunt", "tflint",     "tofu",   "uv",
    "vault",    "yarn",       "yq",        "zig",        "zls",
};

/* Words that name a moving version of a tool. */
static const char *const channels[] = {"system", "latest", "lts",   "stable", "beta", "nightly",
                                       "master", "main",   "trunk", "dev",    "head", "HEAD"};

static bool is_one_of(un_slice text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (un_slice_equal(text, un_slice_of(words[i])))
            return true;
    return false;
}

static bool is_all(un_slice text, const char *others) {
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_alphanumeric(text.ptr[i]) && !(text.ptr[i] && strchr(others, text.ptr[i])))
            return false;
    return text.len > 0;
}

static bool has_digit(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (un_is_digit(text.ptr[i]))
            return true;
    return false;
}

/* A plugin; mise has those of other registries behind a colon ("npm:prettier"). */
static bool is_tool(un_slice text) {
    return is_all(text, "-_.:/@") && (un_is_alphanumeric(*text.ptr) || *text.ptr == '@') &&
           un_is_alphanumeric(text.ptr[text.len - 1]);
}

static bool is_version(un_slice text) {
    if (un_slice_starts(text, UN_SLICE("ref:")) || un_slice_starts(text, UN_SLICE("path:")))
        return un_slice_find(text, ':') + 1 < text.len;
    if (un_slice_starts(text, UN_SLICE("latest:")) || un_slice_starts(text, UN_SLICE("prefix:")))
        text = un_slice_from(text, 7);
    return is_one_of(text, channels, sizeof channels / sizeof *channels) ||
           (is_all(text, "-_.+~") && has_digit(text) &&
            un_is_alphanumeric(text.ptr[text.len - 1]) && text.ptr[0] != '-');
}

/* The tool and the first of its versions; false: it is no such line. */
static bool split(un_slice text, un_slice *tool, un_slice *version) {
    text = un_slice_trim(un_slice_part(text, 0, un_slice_find(text, '#')));
    *tool = un_next_word(&text);
    *version = un_next_word(&text);
    if (!is_tool(*tool) || !is_version(*version))
        return false;
    for (text = un_slice_trim(text); text.len; text = un_slice_trim(text))
        if (!is_version(un_next_word(&text)))
            return false;
    return true;
}

static bool recognise(un_slice text) {
    un_slice tool, version;
    un_line line = {0};
    bool known = false;
    while (un_next_code(text, UN_SLICE("#"), &line)) {
        if (!split(line.text, &tool, &version))
            return false;
        known |= is_one_of(tool, tools, sizeof tools / sizeof *tools);
    }
    return known;
}

static bool is_installed(un_slice version) {
    return !un_slice_starts(version, UN_SLICE("path:")) &&
           !un_slice_starts(version, UN_SLICE("latest")) &&
           !un_slice_starts(version, UN_SLICE("prefix:")) &&
           !un_slice_equal(version, UN_SLICE("system"));
}

static un_status read_line(un_packages *out, const un_line *line, un_error *error) {
    un_slice tool, version, reference = UN_SLICE("ref:");
    if (!split(line->text, &tool, &version))
        return un_fail_line(error, line, "expected a tool and its version");
    un_package package = {.name = tool, .version = version};
    if (un_slice_starts(version, reference)) {
        package.version = UN_SLICE("");
        package.source = UN_SLICE("git");
        package.revision = un_slice_from(version, reference.len);
    }
    return is_installed(version) ? un_packages_add(out, &package, error) : UN_OK;
}

static un_status read_tool_versions(un_packages *out, un_slice text, un_error *error) {
    un_line line = {0};
    un_status status = UN_OK;
    bool known = false;
    for (; status == UN_OK && un_next_code(text, UN_SLICE("#"), &line); known = true)
        status = read_line(out, &line, error);
    return known ? status : un_fail_at(error, 1, 1, "nothing but comments");
}

static const char *const filenames[] = {".tool-versions", NULL};

const un_format un_format_tool_versions = {
    .name = "tool-versions",
    .title = ".tool-versions of asdf and mise",
    .filenames = filenames,
    .syntax = UN_SYNTAX_LINES,
    .scheme = UN_SCHEME_MIXED,
    .identity = UN_IDENTITY_FIRST,
    .named = true,
    .recognise_text = recognise,
    .read_text = read_tool_versions,
};
