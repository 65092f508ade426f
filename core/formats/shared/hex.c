#include "hex.h"
#include "core/tree/tree.h"

un_status un_terms_fail(const un_terms *terms, const char *what) {
    return un_fail_offset(terms->error, terms->text, terms->at, "%s%s",
                          terms->at == terms->text.len ? "truncated: " : "", what);
}

char un_terms_next(un_terms *terms) {
    for (;; terms->at++) {
        if (un_terms_look(terms) == terms->comment)
            terms->at += un_slice_find(un_slice_from(terms->text, terms->at), '\n');
        char c = un_terms_look(terms);
        if (!c || !strchr(" \t\r\n", c))
            return c;
    }
}

bool un_terms_take(un_terms *terms, char c) {
    bool there = un_terms_next(terms) == c;
    terms->at += there;
    return there;
}

un_status un_terms_quoted(un_terms *terms, un_slice *out) {
    un_slice text = terms->text;
    char quote = un_terms_look(terms);
    size_t start = terms->at + 1, at = start;
    while (at < text.len && text.ptr[at] != quote)
        at += text.ptr[at] == '\\' && at + 1 < text.len ? 2 : 1;
    if (at >= text.len)
        return un_terms_fail(terms, "this text does not end");
    *out = un_slice_part(text, start, at - start);
    terms->at = at + 1;
    return UN_OK;
}

un_status un_terms_open(un_terms *terms) {
    if (++terms->depth <= UN_TREE_DEPTH)
        return UN_OK;
    un_terms_fail(terms, "deeper than 64 levels");
    if (terms->error)
        terms->error->status = UN_LIMIT;
    return UN_LIMIT;
}

un_status un_hex_digests(un_packages *packages, un_package *package, un_slice inner, un_slice outer,
                         un_error *error) {
    un_slice *hashes = un_arena_alloc(&packages->arena, 2 * sizeof *hashes);
    size_t count = 0;
    if (!hashes)
        return un_fail(error, UN_NO_MEMORY, "out of memory");
    if (inner.len)
        hashes[count++] = inner;
    if (outer.len)
        hashes[count++] = outer;
    package->derivation = outer.len ? outer : inner;
    un_package_hashes(package, hashes, count);
    return UN_OK;
}
