#include "asked.h"

/* Bytes that cost nothing to look at, of the text that stands at hand. */
static size_t sketch(un_slice text) {
    if (!text.len)
        return 0;
    return text.len + 5 * (unsigned char)text.ptr[0] + 29 * (unsigned char)text.ptr[text.len / 2] +
           71 * (unsigned char)text.ptr[text.len - 1];
}

static size_t bit_of(un_slice first, un_slice second) {
    return (sketch(first) + 7 * sketch(second)) % 1024;
}

static bool find(const un_asked *asked, un_slice first, un_slice second, size_t *number) {
    size_t bit = bit_of(first, second);
    return asked->likely[bit / 64] >> bit % 64 & 1 &&
           un_seen_get(&asked->edges, first, second, number);
}

un_status un_asked_note(un_asked *asked, un_slice first, un_slice second, un_error *error) {
    size_t number, bit = bit_of(first, second);
    bool known;
    asked->likely[bit / 64] |= (uint64_t)1 << bit % 64;
    return un_seen_find(&asked->edges, first, second, &number, &known, error);
}

un_status un_asked_note_members(un_asked *asked, un_slice first, un_value object, un_error *error) {
    un_slice key;
    un_value value;
    un_status status = UN_OK;
    if (un_type_of(object) != UN_OBJECT)
        return UN_OK;
    for (un_cursor c = un_walk(object); status == UN_OK && un_next(&c, &key, &value);)
        status = un_asked_note(asked, first, key, error);
    return status;
}

bool un_asked_has(const un_asked *asked, un_slice first, un_slice second) {
    size_t number;
    return find(asked, first, second, &number);
}

bool un_asked_reach(un_asked *asked, un_slice first, un_slice second) {
    size_t number;
    if (!find(asked, first, second, &number))
        return false;
    un_seen_value(&asked->edges, number)->at = 1;
    return true;
}

bool un_asked_unreached(un_asked *asked, size_t *number, un_slice *first, un_slice *second) {
    while (*number < asked->edges.count && un_seen_value(&asked->edges, *number)->at)
        ++*number;
    if (*number == asked->edges.count)
        return false;
    un_seen_strings(&asked->edges, (*number)++, first, second);
    return true;
}

un_direct un_asked_direct(const un_asked *asked, bool is_asked) {
    return !asked->told ? UN_DIRECT_UNKNOWN : is_asked ? UN_DIRECT_YES : UN_DIRECT_NO;
}

void un_asked_settle(const un_asked *asked, un_packages *out) {
    for (size_t i = 0; asked->told && i < out->count; i++) {
        un_package *package = &out->items[i];
        package->direct =
            un_asked_direct(asked, un_asked_has(asked, package->name, UN_SLICE("")) ||
                                       un_asked_has(asked, package->name, package->version));
    }
}

/* Marks what stands where an edge leads. */
static void settle_places(un_asked *asked, un_packages *out,
                          bool (*split)(un_slice location, un_slice *place, un_slice *name)) {
    un_slice place, name;
    for (size_t i = 0; i < out->count; i++) {
        un_package *package = &out->items[i];
        package->direct = un_asked_direct(asked, split(package->location, &place, &name) &&
                                                     un_asked_reach(asked, place, name));
    }
}

/* What did not stand at the project's own place is at the top. */
static un_status move_to_top(un_asked *asked, bool *moved, un_error *error) {
    un_slice place, name;
    size_t number = 0;
    un_status status = UN_OK;
    while (status == UN_OK && un_asked_unreached(asked, &number, &place, &name))
        if (place.len) {
            *moved = true;
            status = un_asked_note(asked, UN_SLICE(""), name, error);
        }
    return status;
}

un_status un_asked_settle_places(un_asked *asked, un_packages *out,
                                 bool (*split)(un_slice location, un_slice *place, un_slice *name),
                                 un_error *error) {
    bool moved = false;
    if (!asked->told)
        return UN_OK;
    settle_places(asked, out, split);
    un_status status = move_to_top(asked, &moved, error);
    if (status == UN_OK && moved)
        settle_places(asked, out, split);
    return status;
}

void un_asked_free(un_asked *asked) {
    un_seen_free(&asked->edges);
    *asked = (un_asked){.told = false};
}
