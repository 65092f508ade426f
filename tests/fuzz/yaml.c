/* Lockfiles in YAML. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_lockfile(data, size, "pnpm-lock.yaml");
    return 0;
}
