/*
 * toml_string.h: the four kinds of string of TOML; between toml.c and its parts.
 */
#ifndef UN_TOML_STRING_H
#define UN_TOML_STRING_H

#include "toml_scanner.h"

/*
 * The string whose quote the scanner stands at; afterwards it stands behind it. `key`: three quotes
 * open no string of several lines, and *out stays. Else *out is valid until the next string.
 * UN_SYNTAX, UN_NO_MEMORY.
 */
un_status un_toml_string(un_toml_scanner *scanner, bool key, un_slice *out);

#endif
