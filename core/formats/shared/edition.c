#include "edition.h"
#include "core/ascii.h"

un_status un_edition_read(int64_t *out, un_value root, const un_edition *edition, un_error *error) {
    un_value number = un_get(root, un_slice_of(edition->member));
    if (!un_integer(number, out) || *out < edition->least)
        return un_fail_value(error, number, "`%s` is no version number", edition->member);
    if (*out > edition->most)
        return un_fail_value(error, number, "%s %lld is newer than this upnudge reads (%s)",
                             edition->called, (long long)*out, edition->known);
    return UN_OK;
}

un_status un_edition_check(un_value root, const char *file, int64_t least, int64_t most,
                           un_error *error) {
    int64_t version;
    un_value number = un_get(root, UN_SLICE("version"));
    if (un_integer(number, &version) && version >= least && version <= most)
        return UN_OK;
    return un_fail_value(error, number, "this upnudge reads %s of versions %lld to %lld", file,
                         (long long)least, (long long)most);
}

un_status un_fail_newer(un_error *error, un_value place, const char *called, un_slice text,
                        const char *known) {
    return un_fail_value(error, place, "%s %.*s is newer than this upnudge reads (%s)", called,
                         un_slice_shown(text), text.ptr, known);
}

unsigned un_major(un_slice version) {
    unsigned number = 0;
    for (size_t i = 0; i < version.len && i < 6; i++) {
        if (!un_is_digit(version.ptr[i]))
            break;
        number = 10 * number + (unsigned)(version.ptr[i] - '0');
    }
    return number;
}
