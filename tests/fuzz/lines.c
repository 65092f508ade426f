/* Lockfiles in lines. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_lockfile(data, size, "yarn.lock");
    return 0;
}
