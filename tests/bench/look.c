/*
 * The floor of a quiet `upnudge notify`: a static program that makes the system calls of one whose
 * answer stands, and nothing else: look ENVIRONMENT STANDING FILE...
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
    static char bytes[24 << 10];
    struct open_how how = {.flags = O_PATH | O_CLOEXEC | O_DIRECTORY,
                           .resolve = RESOLVE_NO_SYMLINKS};
    struct rlimit limit;
    struct stat found;
    if (argc < 3 || syscall(SYS_openat2, AT_FDCWD, argv[1], &how, sizeof how) < 0)
        return 1;
    int fd = open(argv[2], O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &found) != 0 || read(fd, bytes, sizeof bytes) <= 0)
        return 1;
    for (int i = 3; i < argc; i++)
        (void)!stat(argv[i], &found);
    getrlimit(RLIMIT_FSIZE, &limit);
    return pwrite(fd, bytes + 11, 10, 11) == 10 ? 0 : 1;
}
