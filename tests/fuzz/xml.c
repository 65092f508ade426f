/* Lockfiles in XML. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_lockfile(data, size, "verification-metadata.xml");
    return 0;
}
