/*
 * file_fault_test.c: what file systems a file of SQLite must not be on. Links tests/fault/os.c in
 * the place of core/os.c.
 */
#include "core/os/file.h"
#include "tests/unit/check.h"

/* Of tests/fault/os.c. */
void un_fault_filesystem(uint64_t type);

static bool shared_on(uint64_t type) {
    bool shared = false;
    un_fault_filesystem(type);
    CHECK_INT(un_file_shared(&shared, "/tmp", NULL), UN_OK);
    return shared;
}

/* Numbers as statfs(2) has them. */
static void knows_what_is_shared(void) {
    static const uint64_t nfs = 0x6969, smb2 = 0xfe534d42, cifs = 0xff534d42, ceph = 0x00c36400;
    static const uint64_t ext4 = 0xef53, tmpfs = 0x01021994, btrfs = 0x9123683e, xfs = 0x58465342;
    static const uint64_t overlay = 0x794c7630, zfs = 0x2fc12fc1;
    CHECK(shared_on(nfs) && shared_on(smb2) && shared_on(cifs) && shared_on(ceph));
    CHECK(!shared_on(ext4) && !shared_on(tmpfs) && !shared_on(btrfs) && !shared_on(xfs));
    CHECK(!shared_on(overlay) && !shared_on(zfs));
}

int main(void) {
    knows_what_is_shared();
    return check_done();
}
