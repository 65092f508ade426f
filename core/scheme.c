#include "scheme.h"
#include "core/versions/parts.h"

static const un_scheme_rules *rules_of(un_scheme scheme) {
    static const un_scheme_rules *const rules[] = {
#define UN_SCHEME_ADDRESS(name, rules) &un_scheme_##rules,
        UN_SCHEME_MAP(UN_SCHEME_ADDRESS)
#undef UN_SCHEME_ADDRESS
    };
    return rules[scheme];
}

static bool parse_two(const un_scheme_rules *rules, un_slice a, un_slice b, un_parsed *left,
                      un_parsed *right) {
    *left = *right = (un_parsed){.kind = 0};
    return a.len && b.len && rules->parse(left, a) && rules->parse(right, b) &&
           un_slice_equal(left->prefix, right->prefix) && left->kind == right->kind &&
           (!rules->comparable || rules->comparable(left, right));
}

bool un_version_compare(un_scheme scheme, un_slice a, un_slice b, int *order) {
    const un_scheme_rules *rules = rules_of(scheme);
    un_parsed left, right;
    if (!parse_two(rules, a, b, &left, &right))
        return false;
    *order = rules->compare(&left, &right);
    return true;
}

bool un_version_same(un_scheme scheme, un_slice a, un_slice b) {
    int order;
    return un_slice_equal(a, b) ||
           (rules_of(scheme)->spellings && un_version_compare(scheme, a, b, &order) && order == 0);
}

/* Whether they differ in a number, and in which. */
static bool find_difference(const un_scheme_rules *rules, const un_parsed *from,
                            const un_parsed *to, size_t *index) {
    if (rules->differs)
        return rules->differs(from, to, index);
    return un_compare_release(from->release, to->release, index) != 0;
}

un_level un_version_level(un_scheme scheme, un_slice from, un_slice to) {
    const un_scheme_rules *rules = rules_of(scheme);
    un_parsed left, right;
    size_t index;
    if (un_slice_equal(from, to))
        return UN_LEVEL_NONE;
    if (!parse_two(rules, from, to, &left, &right))
        return UN_LEVEL_UNKNOWN;
    if (rules->compare(&left, &right) == 0)
        return UN_LEVEL_NONE;
    /* Dates have an order, but no parts that mean anything. */
    if (left.kind)
        return UN_LEVEL_UNKNOWN;
    if (un_compare_numbers(left.epoch, right.epoch) != 0)
        return UN_LEVEL_MAJOR;
    if (!find_difference(rules, &left, &right, &index))
        return UN_LEVEL_PATCH;
    index = index > rules->also_major ? index - rules->also_major : 0;
    return index == 0 ? UN_LEVEL_MAJOR : index == 1 ? UN_LEVEL_MINOR : UN_LEVEL_PATCH;
}

const char *un_scheme_name(un_scheme scheme) {
    static const char *const names[] = {
#define UN_SCHEME_NAME(name, rules) #rules,
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
