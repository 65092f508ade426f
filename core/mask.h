/*
 * mask.h: hide what gives access to something in text that is kept or shown.
 *
 * A tool that fails says with what it tried: "fatal: could not read from https://me:secret@host".
 * What we keep of it may be read by more people than saw it, and longer. So what looks like a
 * secret becomes
 * "***": the user and password of a URL, what stands behind a name like token, password or
 * Authorization, in whichever notation, and tokens whose form is known.
 *
 * It knows forms, not secrets: a password in a sentence stays. Now and then it hides a word too
 * many.
 */
#ifndef UN_MASK_H
#define UN_MASK_H

#include "slice.h"

/* Masks `length` bytes of text in place, which become no longer, and returns how many there are
 * then. Takes time that grows as the text does, whatever is in it. */
size_t un_mask(char *text, size_t length);

#endif
