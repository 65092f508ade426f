#include "date.h"
#include "ascii.h"

#define DAY     ((int64_t)86400)
#define LEAST   (3653 * DAY) /* the end of 1980-01-01 */
#define LAST    INT64_C(253402300799)
#define LONGEST 64
#define NO_DATE 0

/* What is still to be read. */
typedef struct reader {
    un_slice rest;
} reader;

static int64_t within(int64_t seconds) {
    return seconds >= LEAST && seconds <= LAST ? seconds : NO_DATE;
}

static bool takes(reader *r, char a, char b) {
    bool found = r->rest.len && (*r->rest.ptr == a || *r->rest.ptr == b);
    if (found)
        r->rest = un_slice_from(r->rest, 1);
    return found;
}

/* So many digits, whose number is at most `most`. */
static bool takes_number(reader *r, size_t digits, int most, int *out) {
    int number = 0;
    if (r->rest.len < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (!un_is_digit(r->rest.ptr[i]))
            return false;
        number = number * 10 + (r->rest.ptr[i] - '0');
    }
    r->rest = un_slice_from(r->rest, digits);
    *out = number;
    return number <= most;
}

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days since the epoch; the year begins with March, so that the leap day is its last. */
static int64_t day_number(int year, int month, int day) {
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static bool takes_day(reader *r, int64_t *out) {
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;
    if (!takes_number(r, 4, 9999, &year) || !takes(r, '-', '-') ||
        !takes_number(r, 2, 12, &month) || !takes(r, '-', '-') || !takes_number(r, 2, 31, &day) ||
        !year || !month || !day || day > days[month - 1] + (month == 2 && is_leap(year)))
        return false;
    *out = day_number(year, month, day);
    return true;
}

/* A leap second is the one after it. */
static bool takes_time(reader *r, int64_t *out) {
    int hour, minute, second = 0, digit;
    if (!takes_number(r, 2, 23, &hour) || !takes(r, ':', ':') || !takes_number(r, 2, 59, &minute))
        return false;
    if (takes(r, ':', ':')) {
        if (!takes_number(r, 2, 60, &second))
            return false;
        if (takes(r, '.', ',')) {
            if (!takes_number(r, 1, 9, &digit))
                return false;
            while (takes_number(r, 1, 9, &digit)) {
            }
        }
    }
    *out = hour * INT64_C(3600) + minute * 60 + second;
    return true;
}

static bool takes_offset(reader *r, int64_t *out) {
    int hours, minutes = 0;
    *out = 0;
    if (!r->rest.len || takes(r, 'Z', 'z'))
        return true;
    bool behind = *r->rest.ptr == '-';
    if (!takes(r, '+', '-') || !takes_number(r, 2, 23, &hours))
        return false;
    bool more = takes(r, ':', ':') || r->rest.len;
    if (more && !takes_number(r, 2, 59, &minutes))
        return false;
    *out = (hours * INT64_C(3600) + minutes * 60) * (behind ? -1 : 1);
    return true;
}

int64_t un_date_of_number(int64_t number) {
    return within(number > LAST ? number / 1000 : number);
}

static bool is_number(un_slice text) {
    size_t digits = 0;
    while (digits < text.len && un_is_digit(text.ptr[digits]))
        digits++;
    return text.len && digits == text.len;
}

static int64_t number_of(un_slice digits) {
    int64_t number = 0;
    if (digits.len > 18)
        return NO_DATE;
    for (size_t i = 0; i < digits.len; i++)
        number = number * 10 + (digits.ptr[i] - '0');
    return un_date_of_number(number);
}

int64_t un_date_read(un_slice text) {
    reader r = {text};
    int64_t day, time = 0, offset = 0;
    if (text.len > LONGEST)
        return NO_DATE;
    if (is_number(text))
        return number_of(text);
    if (!takes_day(&r, &day))
        return NO_DATE;
    if (r.rest.len && ((!takes(&r, 'T', 't') && !takes(&r, ' ', ' ')) || !takes_time(&r, &time) ||
                       !takes_offset(&r, &offset)))
        return NO_DATE;
    return r.rest.len ? NO_DATE : within(day * DAY + time - offset);
}

bool un_date_day(un_slice text, int64_t *day) {
    reader r = {text};
    return takes_day(&r, day) && !r.rest.len;
}
