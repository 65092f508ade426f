/*
 * fuzz.h: what the targets of core share: one lockfile, read as a family of formats.
 *
 * A target is a family of readers. An input must neither crash, nor leak, nor take memory beyond
 * FUZZ_TIMES its size (and a floor); the time is libFuzzer's to watch (-timeout).
 */
#ifndef UN_FUZZ_H
#define UN_FUZZ_H

#include "core/diff.h"
#include "core/lockfile.h"
#include <stdio.h>
#include <stdlib.h>

/* Memory allowed: so many bytes for each of the input, above what any document takes. */
#define FUZZ_TIMES 20
#define FUZZ_FLOOR ((size_t)256 << 10)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *count, char ***arguments);

/* Parses the bytes as a file that is called `name`, and compares it with itself. */
void fuzz_lockfile(const uint8_t *data, size_t size, const char *name);

#endif
