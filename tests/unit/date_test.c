#include "check.h"
#include "core/date.h"

/* 2026-11-03T10:20:30Z */
#define THEN INT64_C(1793701230)

static void reads_what_lockfiles_write(void) {
    static const struct {
        const char *text;
        int64_t seconds;
    } dates[] = {
        {"2026-11-03T10:20:30Z", THEN},
        {"2026-11-03T10:20:30z", THEN},
        {"2026-11-03t10:20:30Z", THEN},
        {"2026-11-03 10:20:30", THEN},
        {"2026-11-03T10:20:30", THEN},
        {"2026-11-03T10:20:30.999999999Z", THEN},
        {"2026-11-03T10:20:30,5Z", THEN},
        {"2026-11-03T11:20:30+01:00", THEN},
        {"2026-11-03T11:20:30+0100", THEN},
        {"2026-11-03T11:20:30+01", THEN},
        {"2026-11-02T22:50:30-11:30", THEN},
        {"2026-11-04T00:20:30.1+14:00", THEN},
        {"2026-11-03T10:20Z", THEN - 30},
        {"2026-11-03", THEN - 37230},
        {"1793701230", THEN},
        {"1793701230123", THEN},
        {"2024-02-29T00:00:00Z", INT64_C(1709164800)},
        {"2000-02-29", INT64_C(951782400)},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800)},
        {"1980-01-02T00:00:00Z", INT64_C(315619200)},
        {"9999-12-31T23:59:59Z", INT64_C(253402300799)},
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        if (un_date_read(un_slice_of(dates[i].text)) != dates[i].seconds)
            CHECK_STR(dates[i].text, "another date");
        else
            CHECK(true);
}

static void guesses_nothing(void) {
    static const char *const texts[] = {
        "",
        "yesterday",
        "2026",
        "2026-11",
        "2026-11-3",
        "26-11-03",
        "03.11.2026",
        "11/03/2026",
        "20261103",
        "2026-11-03T",
        "2026-11-03T10",
        "2026-11-03T10:2",
        "2026-11-03T10:20:3",
        "2026-11-03T10:20:30.",
        "2026-11-03T10:20:30.Z",
        "2026-11-03T10:20:30+",
        "2026-11-03T10:20:30+1",
        "2026-11-03T10:20:30+01:",
        "2026-11-03T10:20:30+01:0",
        "2026-11-03T10:20:30+24:00",
        "2026-11-03T10:20:30+01:60",
        "2026-11-03T10:20:30ZZ",
        "2026-11-03T10:20:30Z ",
        " 2026-11-03",
        "2026-11-03T24:00:00Z",
        "2026-11-03T10:60:00Z",
        "2026-11-03T10:20:61Z",
        "2026-13-03",
        "2026-00-03",
        "2026-11-00",
        "2026-11-31",
        "2026-02-29",
        "1900-02-29",
        "0000-11-03",
        "2026-11-03T10:20:30.0000000000000000000000000000000000000000000000000Z",
        "-1793701230",
        "+1793701230",
        "1793701230.5",
        "1e9",
        "99999999999999999999",
        /* What stands for no date. */
        "0",
        "1",
        "1970-01-01T00:00:01Z",
        "1980-01-01T00:00:00Z",
        "315532800",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-01:00",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (un_date_read(un_slice_of(texts[i])))
            CHECK_STR(texts[i], "no date");
        else
            CHECK(true);
    CHECK_INT(un_date_read((un_slice){NULL, 0}), 0);
    CHECK_INT(un_date_read(UN_SLICE("2026-11-03\0")), 0);
}

/* Each day of some centuries is the one after the day before. */
static void counts_days(void) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = 0, expected = -25567;
    char text[40];
    bool right = true;
    for (int year = 1900; year < 2401; year++)
        for (int month = 1; month <= 12; month++) {
            bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            for (int d = 1; d <= days[month - 1] + (month == 2 && leap); d++, expected++) {
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, d);
                right &= un_date_day(un_slice_of(text), &day) && day == expected;
            }
        }
    CHECK(right);
    CHECK(!un_date_day(UN_SLICE("2026-11-03T10:20:30Z"), &day));
    CHECK(!un_date_day(UN_SLICE("2023-02-29"), &day));
}

static void takes_numbers_of_both_kinds(void) {
    CHECK_INT(un_date_of_number(THEN), THEN);
    CHECK_INT(un_date_of_number(THEN * 1000 + 999), THEN);
    CHECK_INT(un_date_of_number(0), 0);
    CHECK_INT(un_date_of_number(-THEN), 0);
    CHECK_INT(un_date_of_number(INT64_MAX), 0);
    CHECK_INT(un_date_of_number(INT64_MIN), 0);
}

int main(void) {
    reads_what_lockfiles_write();
    guesses_nothing();
    counts_days();
    takes_numbers_of_both_kinds();
    return check_done();
}
