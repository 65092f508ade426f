/*
 * formats.h: every lockfile format that is read, one file each.
 */
#ifndef UN_FORMATS_H
#define UN_FORMATS_H

#include "../lockfile.h"

extern const un_format un_format_flox;
extern const un_format un_format_npm;

#endif
