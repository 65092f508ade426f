#include "parts.h"
#include "core/system.h"

static un_slice scope_of(un_slice name) {
    size_t slash = un_slice_find(name, '/');
    return name.len && *name.ptr == '@' && slash < name.len ? un_slice_part(name, 0, slash)
                                                            : (un_slice){NULL, 0};
}

un_status un_parts_claim_one(un_parts *parts, const un_package *owner, un_slice name,
                             un_slice wanted, un_slice *scope, un_error *error) {
    if (un_slice_starts(wanted, UN_SLICE("npm:")))
        wanted = un_slice_from(wanted, 4);
    size_t number;
    bool known;
    bool same = owner->version.len && un_slice_equal(wanted, owner->version);
    if (same && !scope->len)
        *scope = scope_of(name);
    bool beside = scope->len && un_slice_equal(scope_of(name), *scope);
    return same || beside ? un_seen_find(&parts->claimed, name, wanted, &number, &known, error)
                          : UN_OK;
}

/* The scope is known after the first walk, and what is noted twice is noted once. */
un_status un_parts_claim(un_parts *parts, const un_package *owner, un_value wanted,
                         un_error *error) {
    un_slice name, scope = {NULL, 0};
    un_value version;
    un_status status = UN_OK;
    for (int walk = 0; walk < 2; walk++)
        for (un_cursor c = un_walk(wanted); status == UN_OK && un_next(&c, &name, &version);)
            status = un_parts_claim_one(parts, owner, name, un_string(version), &scope, error);
    return status;
}

void un_parts_settle(un_parts *parts) {
    size_t number;
    for (size_t i = 0; i < parts->out->count; i++) {
        un_package *package = &parts->out->items[i];
        package->owned = (package->bound || parts->unbound) &&
                         un_seen_get(&parts->claimed, package->name, package->version, &number);
    }
}

void un_parts_free(un_parts *parts) {
    un_seen_free(&parts->claimed);
    *parts = (un_parts){0};
}

/* The word itself, or the only one of a list; absent: there are none or several. */
static un_slice only_word(un_value words) {
    un_value word, more;
    un_cursor c = un_walk(words);
    if (un_type_of(words) != UN_ARRAY || !un_next(&c, NULL, &word))
        return un_string(words);
    return un_next(&c, NULL, &more) ? (un_slice){NULL, 0} : un_string(word);
}

static bool is_stated(un_value words) {
    return un_string(words).len || un_type_of(words) == UN_ARRAY;
}

/* Node calls 64-bit PowerPC the same in both byte orders; Linux runs the little one. */
static un_slice system_of(un_slice os, un_slice cpu, un_slice libc) {
    if (un_slice_equal(cpu, UN_SLICE("ppc64")) && un_slice_equal(os, UN_SLICE("linux")))
        cpu = UN_SLICE("ppc64le");
    return un_system_of(os, cpu, un_slice_equal(libc, UN_SLICE("musl")));
}

void un_parts_bind(un_package *package, un_value os, un_value cpu, un_value libc) {
    package->bound = is_stated(os) || is_stated(cpu) || is_stated(libc);
    package->system = (un_slice){NULL, 0};
    if (package->bound)
        package->system = system_of(only_word(os), only_word(cpu), only_word(libc));
}

/* A condition with brackets names several, of which none is the only one. */
void un_parts_bind_conditions(un_package *package, un_slice conditions) {
    un_slice os = {NULL, 0}, cpu = os, libc = os, rest = conditions;
    package->bound = conditions.len;
    if (un_slice_find(conditions, '(') < conditions.len)
        return;
    while (rest.len) {
        size_t end = un_slice_find(rest, '&');
        un_slice one = un_slice_trim(un_slice_part(rest, 0, end));
        if (un_slice_starts(one, UN_SLICE("os=")))
            os = un_slice_from(one, 3);
        else if (un_slice_starts(one, UN_SLICE("cpu=")))
            cpu = un_slice_from(one, 4);
        else if (un_slice_starts(one, UN_SLICE("libc=")))
            libc = un_slice_from(one, 5);
        rest = un_slice_from(rest, end < rest.len ? end + 1 : end);
    }
    package->system = system_of(os, cpu, libc);
}
