/* Lockfiles in TOML. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_lockfile(data, size, "Cargo.lock");
    return 0;
}
