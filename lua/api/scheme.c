/*
 * scheme.c: the schemes of versions in the C API, which need no runtime.
 */
#include "core/scheme.h"
#include "upnudge.h"

upnudge_status upnudge_version_compare(int *order, const char *a, const char *b,
                                       const char *scheme) {
    un_scheme found;
    int sign;
    if (!order || !a || !b || !un_scheme_find(&found, un_slice_of(scheme)))
        return UPNUDGE_USAGE;
    if (!un_version_compare(found, un_slice_of(a), un_slice_of(b), &sign))
        return UPNUDGE_ERROR;
    *order = (sign > 0) - (sign < 0);
    return UPNUDGE_OK;
}
