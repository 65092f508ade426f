#include "scheme.h"
#include "core/versions/parts.h"

static const un_order *order_of(un_scheme scheme) {
    static const un_order *const orders[UN_SCHEMES] = {
        [UN_SCHEME_SEMVER] = &un_order_semver,     [UN_SCHEME_NIX] = &un_order_nix,
        [UN_SCHEME_PEP440] = &un_order_pep440,     [UN_SCHEME_RUBYGEMS] = &un_order_rubygems,
        [UN_SCHEME_COMPOSER] = &un_order_composer, [UN_SCHEME_DEBIAN] = &un_order_debian,
        [UN_SCHEME_MAVEN] = &un_order_maven,       [UN_SCHEME_NUGET] = &un_order_nuget,
        [UN_SCHEME_CONDA] = &un_order_conda,
    };
    return orders[scheme];
}

static bool parse_two(const un_order *order, un_slice a, un_slice b, un_parsed *left,
                      un_parsed *right) {
    *left = *right = (un_parsed){.kind = 0};
    return a.len && b.len && order->parse(left, a) && order->parse(right, b) &&
           un_slice_equal(left->prefix, right->prefix) && left->kind == right->kind;
}

bool un_version_compare(un_scheme scheme, un_slice a, un_slice b, int *order) {
    un_parsed left, right;
    if (!parse_two(order_of(scheme), a, b, &left, &right))
        return false;
    *order = order_of(scheme)->compare(&left, &right);
    return true;
}

un_level un_version_level(un_scheme scheme, un_slice from, un_slice to) {
    const un_order *order = order_of(scheme);
    un_parsed left, right;
    size_t index;
    if (un_slice_equal(from, to))
        return UN_LEVEL_NONE;
    if (!parse_two(order, from, to, &left, &right))
        return UN_LEVEL_UNKNOWN;
    if (order->compare(&left, &right) == 0)
        return UN_LEVEL_NONE;
    /* Dates have an order, but no parts that mean anything. */
    if (left.kind)
        return UN_LEVEL_UNKNOWN;
    if (un_compare_numbers(left.epoch, right.epoch) != 0)
        return UN_LEVEL_MAJOR;
    if (un_compare_release(left.release, right.release, &index) == 0)
        return UN_LEVEL_PATCH;
    return index == 0 ? UN_LEVEL_MAJOR : index == 1 ? UN_LEVEL_MINOR : UN_LEVEL_PATCH;
}

const char *un_scheme_name(un_scheme scheme) {
    static const char *const names[] = {
#define UN_SCHEME_NAME(name, text) text,
        UN_SCHEME_MAP(UN_SCHEME_NAME)
#undef UN_SCHEME_NAME
    };
    return names[scheme];
}

const char *un_level_name(un_level level) {
    static const char *const names[] = {
#define UN_LEVEL_NAME(name, text) text,
        UN_LEVEL_MAP(UN_LEVEL_NAME)
#undef UN_LEVEL_NAME
    };
    return names[level];
}

bool un_scheme_find(un_scheme *out, un_slice name) {
    for (un_scheme scheme = 0; scheme < UN_SCHEMES; scheme++)
        if (un_slice_equal(name, un_slice_of(un_scheme_name(scheme)))) {
            *out = scheme;
            return true;
        }
    return false;
}
