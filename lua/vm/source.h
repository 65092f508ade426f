/*
 * source.h: a policy's text before it is compiled.
 *
 * Lua's compiler runs no instruction that a budget could count, and is worse than linear in places:
 * it looks for each name among the variables of every function around it, walks all jumps of an
 * expression or a loop for each further one, and all numbers of one hash for each further number.
 * So an upper bound of its work is told from the tokens, in one pass, and charged before it begins.
 */
#ifndef UN_SOURCE_H
#define UN_SOURCE_H

#include <stddef.h>

typedef struct un_source {
    size_t work;  /* instructions that compiling may be worth at most */
    int nul_line; /* where a NUL byte stands or is written as an escape; 0: nowhere */
} un_source;

un_source un_source_weigh(const char *bytes, size_t size);

/* Overwrites comments and texts with blanks, but for the ends of lines: what is left is code, and
 * stands where it stood. */
void un_source_blank(char *bytes, size_t size);

/* In such code, where a function of u is called at `from` or behind; with "u.rule" where that is
 * named. size: nowhere. */
size_t un_source_lead(const char *code, size_t size, size_t from, const char *lead);

/* The word `key` at `from` or behind: with a = behind it and inside so many braces that open there;
 * with a depth of -1, anywhere. size: there is none. */
size_t un_source_find(const char *code, size_t size, size_t from, const char *key, size_t length,
                      int depth);

#endif
