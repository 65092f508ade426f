/*
 * words.h: the words of a line, for formats that part them by blanks.
 */
#ifndef UN_FORMATS_WORDS_H
#define UN_FORMATS_WORDS_H

#include "core/slice.h"

/* Takes the next word off the text; the empty one at the end. A word in double quotes ends at the
 * next quote, which no escape hides. */
un_slice un_next_word(un_slice *text);

#endif
