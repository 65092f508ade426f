#include "node.h"
#include "core/ascii.h"

/* The names of the algorithms (sha1, sha256, sha512) sort by strength. */
un_slice un_node_integrity(un_slice integrity) {
    un_slice best = {NULL, 0}, rest = integrity;
    while (rest.len) {
        size_t end = un_slice_find(rest, ' ');
        un_slice digest = un_slice_part(rest, 0, end);
        size_t algorithm = end < 6 ? end : 6;
        if (end && (!best.len ||
                    memcmp(digest.ptr, best.ptr, best.len < algorithm ? best.len : algorithm) > 0))
            best = digest;
        rest = un_slice_from(rest, end < rest.len ? end + 1 : end);
    }
    return best;
}

static bool is_base64(un_slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_alphanumeric(text.ptr[i]) && text.ptr[i] != '+' && text.ptr[i] != '/' &&
            text.ptr[i] != '=')
            return false;
    return text.len;
}

bool un_node_is_integrity(un_slice text) {
    static const un_slice algorithms[] = {UN_LITERAL("sha512-"), UN_LITERAL("sha384-"),
                                          UN_LITERAL("sha256-"), UN_LITERAL("sha1-")};
    text.len = un_slice_find(text, ' ');
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (un_slice_starts(text, algorithms[i]))
            return is_base64(un_slice_from(text, algorithms[i].len));
    return false;
}

/* A tag of a release or the owner of a repository may begin with "git", too. */
static bool is_git(un_slice resolved) {
    static const un_slice marks[] = {
        UN_LITERAL("git:"),    UN_LITERAL("git+"),  UN_LITERAL("git@"), UN_LITERAL("github:"),
        UN_LITERAL("gitlab:"), UN_LITERAL("gist:"), UN_LITERAL("ssh:"), UN_LITERAL("bitbucket:")};
    /* Nearly all are addresses of a registry. */
    bool plain = un_slice_starts(resolved, UN_SLICE("http"));
    for (size_t i = 0; !plain && i < sizeof marks / sizeof *marks; i++)
        if (un_slice_starts(resolved, marks[i]))
            return true;
    return un_slice_ends(un_slice_part(resolved, 0, un_slice_find(resolved, '#')),
                         UN_SLICE(".git"));
}

void un_node_source(un_package *package, un_slice resolved) {
    if (is_git(resolved)) {
        size_t mark = un_slice_find_last(resolved, '#');
        package->source = UN_SLICE("git");
        package->url = resolved;
        if (mark < resolved.len)
            package->revision = un_slice_from(resolved, mark + 1);
    } else if (un_slice_starts(resolved, UN_SLICE("file:"))) {
        package->source = UN_SLICE("file");
    } else {
        package->source = UN_SLICE("registry");
    }
}

bool un_node_split(un_slice spec, un_slice *name, un_slice *version) {
    size_t at = un_slice_find_last(spec, '@');
    /* The @ of a scope stands first and parts nothing. */
    if (at == 0 || at + 1 >= spec.len)
        return false;
    *name = un_slice_part(spec, 0, at);
    *version = un_slice_from(spec, at + 1);
    return true;
}

bool un_node_split_first(un_slice spec, un_slice *name, un_slice *version) {
    if (spec.len < 3)
        return false;
    size_t at = 1 + un_slice_find(un_slice_from(spec, 1), '@');
    if (at + 1 >= spec.len)
        return false;
    *name = un_slice_part(spec, 0, at);
    *version = un_slice_from(spec, at + 1);
    return true;
}
