#include "words.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

un_slice un_next_word(un_slice *text) {
    size_t end = 0;
    while (text->len && is_blank(*text->ptr))
        *text = un_slice_from(*text, 1);
    if (text->len && *text->ptr == '"') {
        un_slice inside = un_slice_from(*text, 1);
        end = un_slice_find(inside, '"');
        *text = un_slice_from(inside, end < inside.len ? end + 1 : end);
        return un_slice_part(inside, 0, end);
    }
    while (end < text->len && !is_blank(text->ptr[end]))
        end++;
    un_slice word = un_slice_part(*text, 0, end);
    *text = un_slice_from(*text, end);
    return word;
}
