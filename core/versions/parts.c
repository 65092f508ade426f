#include "parts.h"

size_t un_digits(un_slice text) {
    size_t end = 0;
    while (end < text.len && un_is_digit(text.ptr[end]))
        end++;
    return end;
}

size_t un_letters(un_slice text) {
    size_t end = 0;
    while (end < text.len && un_is_letter(text.ptr[end]))
        end++;
    return end;
}

size_t un_dots(un_slice release) {
    size_t dots = 0;
    for (size_t i = 0; i < release.len; i++)
        dots += release.ptr[i] == '.';
    return dots;
}

int un_compare_numbers(un_slice a, un_slice b) {
    while (a.len && *a.ptr == '0')
        a = un_slice_from(a, 1);
    while (b.len && *b.ptr == '0')
        b = un_slice_from(b, 1);
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return un_slice_compare(a, b);
}

int un_compare_caseless(un_slice a, un_slice b) {
    size_t shorter = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < shorter; i++) {
        unsigned char x = (unsigned char)un_lower(a.ptr[i]), y = (unsigned char)un_lower(b.ptr[i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

bool un_equal_caseless(un_slice a, un_slice b) {
    return a.len == b.len && un_compare_caseless(a, b) == 0;
}

size_t un_release_length(un_slice text) {
    size_t at = un_digits(text);
    while (at && at + 1 < text.len && text.ptr[at] == '.' && un_is_digit(text.ptr[at + 1]))
        at += 1 + un_digits(un_slice_from(text, at + 1));
    return at;
}

/* Takes the next number off a release, and the dot behind it; the empty one at the end. */
static un_slice next_number(un_slice *release) {
    size_t length = un_digits(*release), gap = 0;
    un_slice number = un_slice_part(*release, 0, length);
    if (length && length + 1 < release->len && release->ptr[length] == '.' &&
        un_is_digit(release->ptr[length + 1]))
        gap = 1;
    *release = gap ? un_slice_from(*release, length + 1) : (un_slice){release->ptr, 0};
    return number;
}

int un_compare_release(un_slice a, un_slice b, size_t *index) {
    int order = 0;
    size_t at = 0;
    for (; a.len || b.len; at++) {
        un_slice left = next_number(&a), right = next_number(&b);
        order = un_compare_numbers(left, right);
        if (order)
            break;
    }
    if (index)
        *index = at;
    return order;
}

static int compare_two_identifiers(un_slice a, un_slice b, int (*words)(un_slice, un_slice)) {
    bool a_number = un_digits(a) == a.len, b_number = un_digits(b) == b.len;
    if (a_number && b_number)
        return un_compare_numbers(a, b);
    if (a_number != b_number)
        return a_number ? -1 : 1;
    return words(a, b);
}

int un_compare_identifiers(un_slice a, un_slice b, int (*words)(un_slice, un_slice)) {
    while (a.len && b.len) {
        size_t a_end = un_slice_find(a, '.'), b_end = un_slice_find(b, '.');
        int order =
            compare_two_identifiers(un_slice_part(a, 0, a_end), un_slice_part(b, 0, b_end), words);
        if (order)
            return order;
        a = un_slice_from(a, a_end < a.len ? a_end + 1 : a.len);
        b = un_slice_from(b, b_end < b.len ? b_end + 1 : b.len);
    }
    return (a.len > 0) - (b.len > 0);
}

int un_compare_prerelease(un_slice a, un_slice b, int (*words)(un_slice, un_slice)) {
    if (!a.len || !b.len)
        return (a.len == 0) - (b.len == 0);
    return un_compare_identifiers(a, b, words);
}

static bool is_identifier(un_slice word, bool strict) {
    for (size_t i = 0; i < word.len; i++)
        if (!un_is_digit(word.ptr[i]) && !un_is_letter(word.ptr[i]) && word.ptr[i] != '-')
            return false;
    bool padded = word.len > 1 && *word.ptr == '0' && un_digits(word) == word.len;
    return word.len && !(strict && padded);
}

bool un_are_identifiers(un_slice text, bool strict) {
    for (;;) {
        size_t end = un_slice_find(text, '.');
        if (!is_identifier(un_slice_part(text, 0, end), strict))
            return false;
        if (end == text.len)
            return true;
        text = un_slice_from(text, end + 1);
    }
}

bool un_take_metadata(un_parsed *out, un_slice *text) {
    size_t plus = un_slice_find(*text, '+');
    if (plus == text->len)
        return true;
    out->local = un_slice_from(*text, plus + 1);
    text->len = plus;
    return un_are_identifiers(out->local, false);
}

bool un_parse_prerelease(un_parsed *out, un_slice text, bool strict) {
    if (!un_take_metadata(out, &text))
        return false;
    out->release = un_slice_part(text, 0, un_release_length(text));
    out->rest = un_slice_from(text, out->release.len);
    if (!out->rest.len)
        return true;
    bool dash = *out->rest.ptr == '-';
    out->rest = un_slice_from(out->rest, 1);
    return dash && un_are_identifiers(out->rest, strict);
}

bool un_has_padding(un_slice release) {
    for (size_t at = 0; at < release.len; at++) {
        size_t length = un_digits(un_slice_from(release, at));
        if (length > 1 && release.ptr[at] == '0')
            return true;
        at += length;
    }
    return false;
}

bool un_parse_semver(un_parsed *out, un_slice text) {
    return un_parse_prerelease(out, text, true) && un_dots(out->release) == 2 &&
           !un_has_padding(out->release);
}

int un_compare_semver(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_release(a->release, b->release, NULL);
    return order ? order : un_compare_prerelease(a->rest, b->rest, un_slice_compare);
}

int un_compare_with_metadata(const un_parsed *a, const un_parsed *b) {
    int order = un_compare_semver(a, b);
    return order ? order : un_compare_identifiers(a->local, b->local, un_slice_compare);
}

bool un_are_allowed(un_slice text, const char *also) {
    for (size_t i = 0; i < text.len; i++)
        if (!un_is_alphanumeric(text.ptr[i]) && (!text.ptr[i] || !strchr(also, text.ptr[i])))
            return false;
    return true;
}

bool un_parse_packaged(un_parsed *out, un_slice text) {
    size_t colon = un_slice_find(text, ':');
    if (colon < text.len) {
        out->epoch = un_slice_part(text, 0, colon);
        text = un_slice_from(text, colon + 1);
        if (!colon || un_digits(out->epoch) != colon)
            return false;
    }
    size_t dash = un_slice_find_last(text, '-');
    out->rest = un_slice_part(text, 0, dash);
    out->release = un_slice_part(out->rest, 0, un_release_length(out->rest));
    if (dash < text.len)
        out->local = un_slice_from(text, dash + 1);
    return dash == text.len || out->local.len;
}

int un_compare_packaged(const un_parsed *a, const un_parsed *b, int (*parts)(un_slice, un_slice)) {
    int order = un_compare_numbers(a->epoch, b->epoch);
    return order ? order : parts(a->rest, b->rest);
}
