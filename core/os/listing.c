#include "listing.h"
#include "os.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>

bool un_listing_open(un_listing *out, const char *path) {
    int fd = un_os_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
    out->list = fd < 0 ? NULL : fdopendir(fd);
    if (out->list || fd < 0)
        return out->list;
    int sys = errno;
    un_os_close(fd);
    errno = sys;
    return false;
}

const char *un_listing_next(const un_listing *listing) {
    const struct dirent *entry = readdir(listing->list);
    return entry ? entry->d_name : NULL;
}

void un_listing_close(un_listing *listing) {
    if (listing->list)
        closedir(listing->list);
    listing->list = NULL;
}
