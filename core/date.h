/*
 * date.h: dates as files write them, in seconds since the epoch, UTC.
 *
 * Strict, and never a guess: what is no such date, or lies outside of what can be one, is 0, which
 * stands for "not known". A file that knows no date often has one all the same: 0 or 1, or
 * 1980-01-01, with which ZIP begins and reproducible builds go; so dates begin after that day.
 */
#ifndef UN_DATE_H
#define UN_DATE_H

#include "slice.h"
#include <stdint.h>

/*
 * "2026-11-03T10:20:30.456+01:00" in ISO 8601: a blank may stand for the T; seconds, their
 * fraction, which is cut off, the colon of the offset and its minutes may be missing. Without an
 * offset it is UTC, without a time the beginning of the day. Digits alone are a number, as below.
 */
int64_t un_date_read(un_slice text);

/* Of seconds, or of milliseconds where the number is beyond the year 9999 in seconds: so conda's
 * index has both. */
int64_t un_date_of_number(int64_t number);

/* Days since the epoch of "2026-11-03", no byte of which is more; false: there is no such day. */
bool un_date_day(un_slice text, int64_t *day);

#endif
