#include "listed.h"

/* What a pair keeps is the number of its package plus one. */
static un_package *package_of(un_listed *listed, un_packages *out, size_t number) {
    size_t at = un_seen_value(&listed->pairs, number)->at;
    return at ? &out->items[at - 1] : NULL;
}

un_status un_listed_add(un_listed *listed, un_packages *out, un_slice first, un_slice second,
                        const un_package *package, un_package **before, un_error *error) {
    size_t number, count = out->count;
    bool known;
    un_status status = un_seen_find(&listed->pairs, first, second, &number, &known, error);
    if (before)
        *before = status == UN_OK && known ? package_of(listed, out, number) : NULL;
    if (status != UN_OK || known)
        return status;
    status = un_packages_add(out, package, error);
    if (out->count > count)
        un_seen_value(&listed->pairs, number)->at = out->count;
    return status;
}

un_package *un_listed_get(un_listed *listed, un_packages *out, un_slice first, un_slice second) {
    size_t number;
    return un_seen_get(&listed->pairs, first, second, &number) ? package_of(listed, out, number)
                                                               : NULL;
}

void un_listed_free(un_listed *listed) {
    un_seen_free(&listed->pairs);
}
