#include "owner.h"
#include "os.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Of the PID namespace that a machine boots into (include/linux/proc_ns.h of Linux). */
#define FIRST_SPACE 0xeffffffc

#define FORMAT      "%016" PRIx64 "-%32s-%" PRIx64 "-%" PRIx64 "-%x-%" PRIx64
#define SCAN        "%16" SCNx64 "-%32[0-9a-f]-%16" SCNx64 "-%16" SCNx64 "-%8x-%16" SCNx64 "%n"

/* What is in a small file, as a string. */
static bool read_text(char *out, size_t room, const char *path) {
    int fd = un_os_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0);
    if (fd < 0)
        return false;
    ssize_t length = un_os_read(fd, out, room - 1);
    int sys = errno;
    un_os_close(fd);
    errno = sys;
    out[length > 0 ? length : 0] = '\0';
    return length > 0;
}

static uint64_t number_of(const char *path) {
    struct stat found;
    return un_os_stat(AT_FDCWD, path, &found, true) == 0 ? (uint64_t)found.st_ino : 0;
}

/* --- processes -------------------------------------------------------------------------------- */

typedef struct process {
    pid_t pid;
    char state;
    long threads;
    uint64_t started;
} process;

/* The name of a process, in the middle, may hold anything. false, with errno: there is none. */
static bool look_at(process *out, const char *path) {
    char text[1024];
    if (!read_text(text, sizeof text, path))
        return false;
    const char *rest = strrchr(text, ')');
    errno = EINVAL;
    return rest && sscanf(text, "%d", &out->pid) == 1 &&
           sscanf(rest + 1,
                  " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld"
                  " %*s %" SCNu64,
                  &out->state, &out->threads, &out->started) == 3;
}

/* One that was ended and not yet asked for does nothing any more; but one whose first thread has
 * ended does. One that must not be looked at has no file, and is there. */
static bool has_ended(pid_t pid, uint64_t started) {
    char path[40];
    process found;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (look_at(&found, path))
        return found.started != started || (strchr("ZX", found.state) && found.threads <= 1);
    return (errno == ENOENT || errno == ESRCH) && kill(pid, 0) != 0 && errno == ESRCH;
}

/* --- machines --------------------------------------------------------------------------------- */

void un_owner_machine(char out[UN_OWNER_MACHINE]) {
    struct utsname names;
    const char *name = uname(&names) == 0 ? names.nodename : "";
    snprintf(out, UN_OWNER_MACHINE, "%.64s", name[0] ? name : "(none)");
}

/* FNV-1a. */
static uint64_t mix(uint64_t sum, const char *text) {
    for (; *text; text++)
        sum = (sum ^ (unsigned char)*text) * 0x100000001b3;
    return sum;
}

/* Many a machine is called localhost. */
static uint64_t machine_of(uint64_t space) {
    char name[UN_OWNER_MACHINE], id[40] = "";
    bool told = read_text(id, sizeof id, "/etc/machine-id") && strlen(id) >= 32;
    un_owner_machine(name);
    if (space != FIRST_SPACE || (!told && (name[0] == '(' || !strncmp(name, "localhost", 9))))
        return 0;
    return mix(mix(0xcbf29ce484222325, id), name);
}

/* A UUID without its hyphens. */
static bool boot_of(char out[33]) {
    char text[40];
    size_t length = 0;
    if (!read_text(text, sizeof text, "/proc/sys/kernel/random/boot_id"))
        return false;
    for (const char *at = text; *at && length < 32; at++)
        if (strchr("0123456789abcdef", *at))
            out[length++] = *at;
    out[length] = '\0';
    return length == 32;
}

/* --- owners ----------------------------------------------------------------------------------- */

bool un_owner_self(un_owner *out) {
    process self;
    *out = (un_owner){.pid = getpid()};
    out->space[0] = number_of("/proc/self/ns/pid");
    out->space[1] = number_of("/proc/self/ns/time");
    if (!out->space[0] || !boot_of(out->boot) || !look_at(&self, "/proc/self/stat") ||
        self.pid != out->pid)
        return false;
    out->started = self.started;
    out->machine = machine_of(out->space[0]);
    return true;
}

/* That this process found itself in /proc says whose numbers stand there. */
bool un_owner_of(un_owner *out, pid_t pid) {
    char path[40];
    process found;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (!un_owner_self(out) || !look_at(&found, path))
        return false;
    out->pid = pid;
    out->started = found.started;
    return true;
}

void un_owner_write(char out[UN_OWNER_TEXT], const un_owner *owner) {
    snprintf(out, UN_OWNER_TEXT, FORMAT, owner->machine, owner->boot, owner->space[0],
             owner->space[1], (unsigned)owner->pid, owner->started);
}

bool un_owner_read(un_owner *out, const char *text) {
    unsigned pid = 0;
    int length = 0;
    *out = (un_owner){0};
    if (sscanf(text, SCAN, &out->machine, out->boot, &out->space[0], &out->space[1], &pid,
               &out->started, &length) != 6 ||
        length == 0 || strlen(out->boot) != 32 || pid == 0 || pid > INT32_MAX)
        return false;
    out->pid = (pid_t)pid;
    return true;
}

bool un_owner_is_near(const un_owner *owner, const un_owner *self) {
    return strcmp(owner->boot, self->boot) == 0 && owner->space[0] == self->space[0] &&
           owner->space[1] == self->space[1];
}

bool un_owner_is_gone(const un_owner *owner, const un_owner *self) {
    if (un_owner_is_near(owner, self))
        return has_ended(owner->pid, owner->started);
    return strcmp(owner->boot, self->boot) != 0 && owner->machine &&
           owner->machine == self->machine;
}

/* --- temporaries ------------------------------------------------------------------------------ */

bool un_owner_temporary(char out[UN_OWNER_TEMPORARY]) {
    un_owner self;
    char text[UN_OWNER_TEXT];
    if (!un_owner_self(&self))
        return false;
    un_owner_write(text, &self);
    snprintf(out, UN_OWNER_TEMPORARY, ".%016" PRIx64 ".%s.tmp", un_os_random(), text);
    return true;
}

bool un_owner_left(const char *name) {
    un_owner owner, self;
    size_t length = strlen(name);
    return length > 22 && length < UN_OWNER_TEMPORARY && name[0] == '.' &&
           strspn(name + 1, "0123456789abcdef") == 16 && name[17] == '.' &&
           strcmp(name + length - 4, ".tmp") == 0 && un_owner_read(&owner, name + 18) &&
           un_owner_self(&self) && un_owner_is_gone(&owner, &self);
}

static bool means_none(int sys) {
    return sys == ENOLCK || sys == EOPNOTSUPP || sys == ENOSYS || sys == EINVAL;
}

bool un_owner_is_needed(int fd, int sys) {
    return means_none(sys) && un_os_could_lock(fd) != 0 && means_none(errno);
}
