"""Which errors a system call can give, by its name and what it was asked for."""
import errno

# Of a path, whatever is done with it.
PATH = ["ENOENT", "EACCES", "ELOOP", "ENOTDIR", "ENAMETOOLONG", "EIO", "ENOMEM"]
# Where something new takes room.
ROOM = ["ENOSPC", "EDQUOT", "EROFS"]
TABLE = ["EMFILE", "ENFILE", "ENOMEM"]
WAIT = ["EINTR", "ECHILD"]

ERRORS = {
    "access": PATH,
    "brk": ["ENOMEM"],
    "chdir": PATH,
    "clock_nanosleep": ["EINTR"],
    "clone": ["EAGAIN", "ENOMEM"],
    "clone3": ["EAGAIN", "ENOMEM", "ENOSYS"],
    "close": ["EIO", "EINTR", "ENOSPC", "EDQUOT"],
    "close_range": ["ENOSYS", "EMFILE", "ENOMEM"],
    "connect": ["ECONNREFUSED", "EACCES", "EINTR"],
    "dup": ["EMFILE"],
    "dup2": ["EMFILE", "EBUSY", "EINTR"],
    "dup3": ["EMFILE", "EBUSY", "EINTR"],
    "execve": ["ENOENT", "EACCES", "ENOMEM", "E2BIG", "ETXTBSY", "ENOEXEC", "EIO"],
    "fchdir": ["EACCES", "EIO"],
    "fchmod": ["EPERM", "EROFS", "EIO"],
    "fchmodat": ["EPERM", "EROFS", "EIO"],
    "flock": ["ENOLCK", "EINTR", "EWOULDBLOCK"],
    "fork": ["EAGAIN", "ENOMEM"],
    "fstat": ["EIO", "ENOMEM"],
    "fsync": ["EIO", "ENOSPC", "EDQUOT", "EINVAL", "EROFS", "EINTR"],
    "ftruncate": ["EIO", "EINTR", "EPERM", "EFBIG", "ENOSPC"],
    "getcwd": ["ENOENT", "EACCES", "ENOMEM"],
    "getdents64": ["EIO", "ENOENT"],
    "getrandom": ["EAGAIN", "ENOSYS", "EINTR"],
    "kill": ["ESRCH", "EPERM"],
    "linkat": ["EPERM", "EMLINK", "EEXIST", "EXDEV", "EIO", "EACCES"] + ROOM,
    "lseek": ["ESPIPE", "EINVAL"],
    "lstat": PATH,
    "memfd_create": TABLE + ["ENOSYS"],
    "mkdir": PATH + ROOM + ["EEXIST", "EMLINK"],
    "mkdirat": PATH + ROOM + ["EEXIST", "EMLINK"],
    "mmap": ["ENOMEM", "EAGAIN", "ENODEV"],
    "mprotect": ["ENOMEM", "EACCES"],
    "mremap": ["ENOMEM"],
    "nanosleep": ["EINTR"],
    "newfstatat": PATH,
    "pidfd_open": TABLE + ["ENOSYS", "EPERM", "ENODEV"],
    "pidfd_send_signal": ["ENOSYS", "EPERM", "ESRCH"],
    "pipe2": TABLE,
    "poll": ["EINTR", "ENOMEM"],
    "ppoll": ["EINTR", "ENOMEM"],
    "prctl": ["EINVAL", "EPERM"],
    "prlimit64": ["EPERM", "EINVAL", "ENOSYS"],
    "readlink": PATH + ["EINVAL"],
    "readlinkat": PATH + ["EINVAL"],
    "rename": PATH + ROOM + ["EPERM", "EXDEV", "EBUSY"],
    "renameat": PATH + ROOM + ["EPERM", "EXDEV", "EBUSY"],
    "renameat2": PATH + ROOM + ["EPERM", "EXDEV", "EBUSY", "EINVAL"],
    "rmdir": ["ENOTEMPTY", "EACCES", "EPERM", "EBUSY", "EIO", "EROFS", "ENOENT"],
    "setsid": ["EPERM"],
    "signalfd4": TABLE + ["ENODEV"],
    "socket": TABLE + ["EACCES", "EAFNOSUPPORT"],
    "stat": PATH,
    "statfs": PATH + ["ENOSYS", "EINTR"],
    "statx": PATH + ["ENOSYS"],
    "symlinkat": PATH + ROOM + ["EEXIST", "EPERM"],
    "unlink": ["EACCES", "EPERM", "EBUSY", "EIO", "EROFS", "ENOENT"],
    "unlinkat": ["EACCES", "EPERM", "EBUSY", "EIO", "EROFS", "ENOENT"],
    "utimensat": ["EPERM", "EACCES", "EROFS", "EIO"],
    "vfork": ["EAGAIN", "ENOMEM"],
    "wait4": WAIT,
    "waitid": WAIT,
}

O_ACCMODE, O_CREAT, O_TMPFILE = 0o3, 0o100, 0o20000000
LOCKS = {5, 6, 7, 36, 37, 38}
DUPLICATES = {0, 1030}


def of_open(flags):
    found = PATH + ["EMFILE", "ENFILE", "EINTR"]
    if flags & (O_CREAT | O_TMPFILE):
        return found + ROOM + ["EEXIST", "EOPNOTSUPP"]
    return found + (["EROFS", "ETXTBSY"] if flags & O_ACCMODE else [])


def of_fcntl(command):
    if command in LOCKS:
        return ["ENOLCK", "EINTR", "EAGAIN", "EACCES", "EINVAL"]
    return ["EMFILE", "EINVAL"] if command in DUPLICATES else ["EBADF"]


def of_read(target):
    """A file cannot be waited for, and nothing else is a directory or lies on a disk."""
    return ["EINTR", "EIO", "EISDIR"] if target.startswith("/") else ["EINTR", "EAGAIN"]


def of_write(target):
    """Of ours none writes into a pipe that it would not wait for."""
    return ["EINTR", "EIO", "ENOSPC", "EDQUOT", "EFBIG"] if target.startswith("/") else ["EINTR"]


def last_number(words):
    try:
        return int(words[-1], 0)
    except (IndexError, ValueError):
        return 0


def of(name, words):
    """The errnos, as names. `words` is what is known of its arguments; a call on a stream is called so."""
    name = name.removesuffix("_stream")
    if name in ("open", "openat"):
        return of_open(last_number(words))
    if name == "openat2":
        return of_open(0) + ["ENOSYS", "EPERM", "EAGAIN"]
    if name == "fcntl":
        return of_fcntl(last_number(words))
    if name in ("read", "pread64"):
        return of_read(words[0])
    if name in ("write", "pwrite64"):
        return of_write(words[0])
    if name == "ioctl":
        return ["ENOTTY", "EIO"]
    if name == "brk" and last_number(words) == 0:
        return []
    return ERRORS.get(name, [])


# What stays so once it is so.
LASTING = {"ENOSPC", "EROFS", "EIO", "EMFILE", "ENOMEM", "ENOLCK", "EACCES", "EDQUOT"}
# What says of a thing that it is not there, or is another: who is told so may go on without it.
ABSENT = {"ENOENT", "ENOTDIR", "ELOOP", "EEXIST"}


def is_shortened(name, target):
    """A pipe takes and gives little at once."""
    return name in ("read", "write", "pread64", "pwrite64") and target.startswith("/")


def number(name):
    return getattr(errno, name)
