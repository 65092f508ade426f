/*
 * commit.h: commits that stand in URLs.
 */
#ifndef UN_FORMATS_COMMIT_H
#define UN_FORMATS_COMMIT_H

#include "core/slice.h"

/* Whether it is 40 hexadecimal digits. */
bool un_is_commit(un_slice text);

/* The last run of exactly 40 hexadecimal digits; absent where there is none. */
un_slice un_commit_in(un_slice url);

#endif
