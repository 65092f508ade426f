/* Lockfiles in JSON. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_lockfile(data, size, "package-lock.json");
    return 0;
}
