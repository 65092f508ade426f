/*
 * charset.h: text in the encoding of a locale, for a terminal that has no UTF-8.
 */
#ifndef UN_OS_CHARSET_H
#define UN_OS_CHARSET_H

#include "core/error.h"
#include "file.h"

/*
 * The text, which is UTF-8, in an encoding that iconv knows by that name; what this lacks is "?",
 * and so is what would come out as a control byte. UN_NOT_FOUND: no such encoding, or none in which
 * ASCII is itself. Release with un_bytes_free, also after a failure.
 */
un_status un_charset_encode(un_bytes *out, un_slice text, const char *charset, un_error *error);

/* What the C library calls the encoding of that locale; NULL: it has no such locale. Fills out. */
const char *un_charset_of_locale(char out[64], const char *locale);

#endif
