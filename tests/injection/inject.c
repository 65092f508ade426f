/*
 * inject.c: runs a program as it is, and lets a system call fail where it meets the kernel:
 *
 *     inject DIRECTORY REPORT SECONDS PLAN PROGRAM WORD...
 *
 * PLAN is "list", "all:eintr", "all:short" or PROCESS:NAME:N:ACTION. Calls are counted, from 1, of
 * processes whose program lies below DIRECTORY: those of each name by themselves, in each process;
 * what is read from and written to others than files has names of its own, as "read_stream".
 * PROCESS is the way from the first one, "0": "0.2" is the second that it started. ACTION is
 *
 *     NUMBER    that errno, and nothing is done (close closes all the same, as Linux does)
 *     NUMBER+   and every later call of that name too, whoever of them makes it
 *     short     half of what was to be read or written, a byte at least
 *
 * all:eintr interrupts three of four calls of each name that a signal may interrupt, and all:short
 * reads and writes files by pieces of 16 bytes, but for what is below /usr and for the loader's.
 * What comes to pass is told in REPORT, a line each:
 *
 *     call PROCESS NAME N start|run RESULT DETAIL...    when listing; "start": of the loader's,
 *                                                       and of the C library's before main
 *     hit PROCESS NAME N RESULT     what was done instead; "short" has the result of what was done
 *     open FD TARGET                the first process did not close it before it ended
 *     end PROCESS exit|signal N     in the order in which they end
 *     hung PROCESS                  after SECONDS; all are killed then
 *
 * Exits with 0 when it has told, and with 77 where this system lets nobody do this.
 */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANNOT    77
#define PROCESSES 256
#define STORM     3
#define PIECE     16

/* --- what is known of calls --------------------------------------------------------------------
 */

typedef struct call {
    long number;
    const char *name;
    const char *detail; /* what each argument is: d(escriptor), p(ath), f(lags), - */
    bool interrupted;   /* by a signal, before anything was done */
    int size;           /* which argument says how many bytes; 0: none does */
} call;

#define CALL(name, ...)                                                                            \
    { SYS_##name, #name, __VA_ARGS__ }

/* Calls that cannot fail, or whose failure no system knows, are not here. */
static const call calls[] = {
    CALL(access, "pf", false, 0),       CALL(brk, "f", false, 0),
    CALL(chdir, "p", false, 0),         CALL(clock_nanosleep, "ff", true, 0),
    CALL(clone, "f", false, 0),         CALL(clone3, "", false, 0),
    CALL(close, "d", false, 0),         CALL(close_range, "ff", false, 0),
    CALL(connect, "d", false, 0),       CALL(dup, "d", false, 0),
    CALL(dup2, "df", true, 0),          CALL(dup3, "df", true, 0),
    CALL(execve, "p", false, 0),        CALL(fchdir, "d", false, 0),
    CALL(fchmod, "df", false, 0),       CALL(fchmodat, "dpf", false, 0),
    CALL(fcntl, "df", true, 0),         CALL(flock, "df", true, 0),
    CALL(fork, "", false, 0),           CALL(fstat, "d", false, 0),
    CALL(fsync, "d", false, 0),         CALL(ftruncate, "df", true, 0),
    CALL(getcwd, "", false, 0),         CALL(getdents64, "d", false, 0),
    CALL(getrandom, "-f", true, 1),     CALL(ioctl, "df", false, 0),
    CALL(kill, "ff", false, 0),         CALL(linkat, "dpdp", false, 0),
    CALL(lseek, "df", false, 0),        CALL(lstat, "p", false, 0),
    CALL(memfd_create, "p", false, 0),  CALL(mkdir, "pf", false, 0),
    CALL(mkdirat, "dpf", false, 0),     CALL(mmap, "-ff", false, 0),
    CALL(mprotect, "-ff", false, 0),    CALL(mremap, "-ff", false, 0),
    CALL(munmap, "-f", false, 0),       CALL(nanosleep, "", true, 0),
    CALL(newfstatat, "dp-f", false, 0), CALL(open, "pf", true, 0),
    CALL(openat, "dpf", true, 0),       CALL(openat2, "dp", true, 0),
    CALL(pidfd_open, "f", false, 0),    CALL(pidfd_send_signal, "df", false, 0),
    CALL(pipe2, "-f", false, 0),        CALL(poll, "", true, 0),
    CALL(ppoll, "", true, 0),           CALL(prctl, "f", false, 0),
    CALL(pread64, "d-f", true, 2),      CALL(prlimit64, "ff-", false, 0),
    CALL(pwrite64, "d-f", true, 2),     CALL(read, "d-f", true, 2),
    CALL(readlink, "p", false, 0),      CALL(readlinkat, "dp", false, 0),
    CALL(rename, "pp", false, 0),       CALL(renameat, "dpdp", false, 0),
    CALL(renameat2, "dpdp", false, 0),  CALL(rmdir, "p", false, 0),
    CALL(setsid, "", false, 0),         CALL(signalfd4, "d", false, 0),
    CALL(socket, "ff", false, 0),       CALL(stat, "p", false, 0),
    CALL(statfs, "p", true, 0),         CALL(statx, "dpf", false, 0),
    CALL(symlinkat, "pdp", false, 0),   CALL(unlink, "p", false, 0),
    CALL(unlinkat, "dpf", false, 0),    CALL(utimensat, "dp", false, 0),
    CALL(vfork, "", false, 0),          CALL(wait4, "f", true, 0),
    CALL(waitid, "ff", true, 0),        CALL(write, "d-f", true, 2),
};

#define CALLS (sizeof calls / sizeof *calls)

static const call *find_call(uint64_t number) {
    for (size_t i = 0; i < CALLS; i++)
        if ((uint64_t)calls[i].number == number)
            return &calls[i];
    return NULL;
}

/* --- the plan ----------------------------------------------------------------------------------
 */

typedef enum action {
    LIST,
    FAIL,
    FAIL_ON,
    SHORTEN,
    INTERRUPT_ALL,
    SHORTEN_ALL
} act;

static struct {
    act act;
    char process[64], name[32];
    long n;
    int error;
    const call *failing; /* FAIL_ON has begun */
    bool of_streams;
} plan;

static bool read_plan(const char *text) {
    char what[16];
    if (strcmp(text, "list") == 0) {
        plan.act = LIST;
    } else if (strcmp(text, "all:eintr") == 0) {
        plan.act = INTERRUPT_ALL;
    } else if (strcmp(text, "all:short") == 0) {
        plan.act = SHORTEN_ALL;
    } else if (sscanf(text, "%63[0-9.]:%31[a-z0-9_]:%ld:%15s", plan.process, plan.name, &plan.n,
                      what) == 4) {
        plan.error = atoi(what);
        plan.act = strcmp(what, "short") == 0 ? SHORTEN : strchr(what, '+') ? FAIL_ON : FAIL;
        return plan.act == SHORTEN || plan.error > 0;
    } else {
        return false;
    }
    return true;
}

/* --- processes ---------------------------------------------------------------------------------
 */

typedef struct process {
    pid_t pid;
    char name[64];
    int children;
    long counts[2][CALLS]; /* of files, of streams */
    long interrupted[2][CALLS];
    bool held;                     /* nobody has told yet whose child it is */
    bool watched, started, sealed; /* sealed: what the loader makes unwritable has been seen */
    uint64_t loader, loader_end;
    /* of the call that it makes */
    const call *makes;
    bool stream; /* it reads or writes what is no file */
    char detail[512];
    bool altered;
    int changed; /* which argument is another one, + 1: the caller may go on with what it had */
    uint64_t argument;
    int64_t answer; /* in the place of the kernel's; 0: that stands */
} process;

static process processes[PROCESSES];
static const char *directory;
static FILE *report;

static process *find(pid_t pid) {
    for (int i = 0; i < PROCESSES; i++)
        if (processes[i].pid == pid)
            return &processes[i];
    return NULL;
}

/* A child may be seen before its parent has told of it. */
static process *find_or_add(pid_t pid) {
    process *p = find(pid);
    if (!p && (p = find(0)))
        *p = (process){.pid = pid};
    if (!p)
        exit(3);
    return p;
}

/* Where the dynamic linker lies; nowhere in a static program. */
static void find_loader(process *p) {
    char path[64], line[512];
    Elf64_auxv_t entry;
    unsigned long from, to, inode, of = 0;
    p->loader = p->loader_end = 0;
    snprintf(path, sizeof path, "/proc/%d/auxv", p->pid);
    FILE *file = fopen(path, "rb");
    while (file && fread(&entry, sizeof entry, 1, file) == 1)
        if (entry.a_type == AT_BASE)
            p->loader = entry.a_un.a_val;
    if (file)
        fclose(file);
    snprintf(path, sizeof path, "/proc/%d/maps", p->pid);
    file = fopen(path, "r");
    while (file && p->loader && fgets(line, sizeof line, file))
        if (sscanf(line, "%lx-%lx %*s %*s %*s %lu", &from, &to, &inode) == 3) {
            of = from == p->loader ? inode : of;
            p->loader_end = of && inode == of ? to : p->loader_end;
        }
    if (file)
        fclose(file);
}

static void has_become(process *p) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/%d/exe", p->pid);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    p->watched = strncmp(path, directory, strlen(directory)) == 0;
    p->started = p->sealed = false;
    if (p->watched)
        find_loader(p);
}

/* --- what a call is about ----------------------------------------------------------------------
 */

typedef struct __ptrace_syscall_info information;

static void add(process *p, const char *text) {
    size_t used = strlen(p->detail);
    snprintf(p->detail + used, sizeof p->detail - used, "%s%s", used ? " " : "", text);
}

static void name_descriptor(char out[300], const process *p, int fd) {
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", p->pid, fd);
    ssize_t length = readlink(link, out, 299);
    out[length > 0 ? length : 0] = '\0';
}

static void add_descriptor(process *p, int fd) {
    char text[300];
    if (fd == AT_FDCWD)
        return;
    name_descriptor(text, p, fd);
    add(p, *text ? text : "?");
}

/* How often a process reads a pipe depends on who is how fast. */
static bool is_of_stream(const process *p, const information *about) {
    char text[300];
    if (p->makes->size != 2)
        return false;
    name_descriptor(text, p, (int)about->entry.args[0]);
    return *text != '/';
}

static void add_path(process *p, uint64_t at) {
    char path[300] = "", file[64];
    snprintf(file, sizeof file, "/proc/%d/mem", p->pid);
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : pread(fd, path, sizeof path - 1, (off_t)at);
    if (fd >= 0)
        close(fd);
    path[length > 0 ? length : 0] = '\0';
    if (*path)
        add(p, path);
}

static void describe(process *p, const information *about) {
    char number[24];
    p->detail[0] = '\0';
    for (const char *kind = p->makes->detail; *kind; kind++) {
        uint64_t value = about->entry.args[kind - p->makes->detail];
        snprintf(number, sizeof number, "%#" PRIx64, value);
        if (*kind == 'd')
            add_descriptor(p, (int)value);
        else if (*kind == 'p')
            add_path(p, value);
        else if (*kind == 'f')
            add(p, number);
    }
    for (char *at = p->detail; *at; at++)
        if (*at == '\n')
            *at = '?';
}

/* --- altering it: the registers of this one kind of machine ------------------------------------
 */

#ifdef __x86_64__
#define REGISTER(name) offsetof(struct user, regs.name)

static void set(const process *p, size_t at, uint64_t value) {
    ptrace(PTRACE_POKEUSER, p->pid, (void *)at, (void *)value);
}

static void leave_out(const process *p) {
    set(p, REGISTER(orig_rax), (uint64_t)-1);
}

static void set_argument(const process *p, int n, uint64_t value) {
    static const size_t at[] = {REGISTER(rdi), REGISTER(rsi), REGISTER(rdx)};
    set(p, at[n], value);
}

static void set_answer(const process *p, int64_t value) {
    set(p, REGISTER(rax), (uint64_t)value);
}

static const bool possible = true;
#else
static void leave_out(const process *p) {
    (void)p;
}

static void set_argument(const process *p, int n, uint64_t value) {
    (void)p, (void)n, (void)value;
}

static void set_answer(const process *p, int64_t value) {
    (void)p, (void)value;
}

static const bool possible = false;
#endif

static void change_argument(process *p, const information *about, int n, uint64_t value) {
    p->altered = true;
    p->changed = n + 1;
    p->argument = about->entry.args[n];
    set_argument(p, n, value);
}

/* Who has no more room at the end of its data is told where that is. */
static void fail(process *p, const information *about, int error) {
    if (p->makes->number == SYS_brk) {
        change_argument(p, about, 0, 0);
        return;
    }
    p->altered = true;
    p->answer = -error;
    if (p->makes->number != SYS_close)
        leave_out(p);
}

static void shorten(process *p, const information *about, uint64_t most) {
    int which = p->makes->size;
    uint64_t size = about->entry.args[which];
    if (!which || size < 2 || p->stream)
        return;
    change_argument(p, about, which, most < size ? most : size / 2);
}

/* The first three of each name, and so on, whatever others come between. */
static void interrupt(process *p, const information *about) {
    if (p->interrupted[p->stream][p->makes - calls]++ % (STORM + 1) < STORM)
        fail(p, about, EINTR);
}

static long count_of(const process *p) {
    return p->counts[p->stream][p->makes - calls];
}

/* Its name, in the one room that there is. */
static const char *name_of(const process *p) {
    static char name[40];
    snprintf(name, sizeof name, "%s%s", p->makes->name, p->stream ? "_stream" : "");
    return name;
}

static bool is_planned(const process *p) {
    return count_of(p) == plan.n && strcmp(name_of(p), plan.name) == 0 &&
           strcmp(p->name, plan.process) == 0;
}

static bool is_of_loader(const process *p, const information *about) {
    return about->instruction_pointer >= p->loader && about->instruction_pointer < p->loader_end;
}

/* Nobody reads programs but the system, which does so at once. */
static bool is_disturbed(process *p, const information *about) {
    if (!p->started || is_of_loader(p, about))
        return false;
    describe(p, about);
    return strncmp(p->detail, "/usr/", 5) != 0;
}

static void follow_plan(process *p, const information *about) {
    if (plan.act == INTERRUPT_ALL && p->makes->interrupted && is_disturbed(p, about))
        interrupt(p, about);
    else if (plan.act == SHORTEN_ALL && is_disturbed(p, about))
        shorten(p, about, PIECE);
    else if (plan.act == SHORTEN && is_planned(p))
        shorten(p, about, UINT64_MAX);
    else if ((plan.act == FAIL || plan.act == FAIL_ON) && is_planned(p))
        fail(p, about, plan.error);
    else if (plan.failing == p->makes && plan.of_streams == p->stream)
        fail(p, about, plan.error);
    if (plan.act == FAIL_ON && is_planned(p)) {
        plan.failing = p->makes;
        plan.of_streams = p->stream;
    }
}

/* --- stops -------------------------------------------------------------------------------------
 */

static void note_start(process *p, const information *about) {
    bool seals = about->entry.nr == SYS_mprotect && about->entry.args[2] == PROT_READ;
    p->started = p->started || (p->sealed && !seals && !is_of_loader(p, about));
    p->sealed = p->sealed || seals;
}

static void enter(process *p, const information *about) {
    p->altered = false;
    p->changed = 0;
    p->answer = 0;
    note_start(p, about);
    p->makes = find_call(about->entry.nr);
    if (!p->makes)
        return;
    p->stream = is_of_stream(p, about);
    p->counts[p->stream][p->makes - calls]++;
    if (plan.act == LIST)
        describe(p, about);
    follow_plan(p, about);
}

static void leave(process *p, const information *about) {
    long long result = (long long)(p->answer ? p->answer : about->exit.rval);
    if (!p->makes)
        return;
    if (p->answer)
        set_answer(p, p->answer);
    if (p->changed)
        set_argument(p, p->changed - 1, p->argument);
    if (plan.act == LIST)
        fprintf(report, "call %s %s %ld %s %lld %s\n", p->name, name_of(p), count_of(p),
                p->started ? "run" : "start", result, p->detail);
    else if (p->altered)
        fprintf(report, "hit %s %s %ld %lld\n", p->name, name_of(p), count_of(p), result);
    p->makes = NULL;
}

static void stop_at_call(process *p) {
    information about;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, sizeof about, &about) <= 0)
        return;
    if (about.op == PTRACE_SYSCALL_INFO_ENTRY && p->watched)
        enter(p, &about);
    else if (about.op == PTRACE_SYSCALL_INFO_EXIT)
        leave(p, &about);
}

/* What the first one has not closed. */
static void tell_open(const process *p) {
    char path[64], link[400], target[300];
    snprintf(path, sizeof path, "/proc/%d/fd", p->pid);
    DIR *open = opendir(path);
    struct dirent *entry;
    while (open && (entry = readdir(open))) {
        snprintf(link, sizeof link, "%s/%s", path, entry->d_name);
        ssize_t length = readlink(link, target, sizeof target - 1);
        if (length > 0 && atoi(entry->d_name) > STDERR_FILENO)
            fprintf(report, "open %s %.*s\n", entry->d_name, (int)length, target);
    }
    if (open)
        closedir(open);
}

/* Who is of no interest is told of only when it starts another or becomes something else. */
static void go_on(const process *p, long request, int number) {
    if (request == 0)
        request = p->watched || p->makes ? PTRACE_SYSCALL : PTRACE_CONT;
    ptrace(request, p->pid, NULL, (void *)(intptr_t)number);
}

static void name_child(process *parent, pid_t pid) {
    process *child = find_or_add(pid);
    snprintf(child->name, sizeof child->name, "%.50s.%d", parent->name, ++parent->children);
    child->watched = parent->watched;
    child->started = parent->started;
    child->sealed = parent->sealed;
    child->loader = parent->loader;
    child->loader_end = parent->loader_end;
    if (child->held)
        go_on(child, 0, 0);
    child->held = false;
}

/* A call that never returns, as execve, has been made. */
static void stop_at_event(process *p, int event) {
    unsigned long message = 0;
    ptrace(PTRACE_GETEVENTMSG, p->pid, NULL, &message);
    if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
        name_child(p, (pid_t)message);
    else if (event == PTRACE_EVENT_EXEC)
        has_become(p);
    else if (event == PTRACE_EVENT_EXIT && p->watched && strcmp(p->name, "0") == 0)
        tell_open(p);
}

static void end(process *p, int status) {
    bool killed = WIFSIGNALED(status);
    fprintf(report, "end %s %s %d\n", p->name, killed ? "signal" : "exit",
            killed ? WTERMSIG(status) : WEXITSTATUS(status));
    p->pid = 0;
}

static bool is_stop_signal(int number) {
    return number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

static void take(pid_t pid, int status) {
    process *p = find_or_add(pid);
    int number = WIFSTOPPED(status) ? WSTOPSIG(status) : 0, event = status >> 16;
    if (!WIFSTOPPED(status)) {
        end(p, status);
    } else if (!*p->name) {
        p->held = true;
    } else if (number == (SIGTRAP | 0x80)) {
        stop_at_call(p);
        go_on(p, 0, 0);
    } else if (event == PTRACE_EVENT_STOP) {
        go_on(p, is_stop_signal(number) ? PTRACE_LISTEN : 0, 0);
    } else if (event) {
        stop_at_event(p, event);
        go_on(p, 0, 0);
    } else {
        go_on(p, 0, number);
    }
}

/* --- the whole of it ---------------------------------------------------------------------------
 */

static volatile sig_atomic_t late;

static void ring(int number) {
    (void)number;
    late = 1;
}

static void give_up(void) {
    late = 0;
    for (int i = 0; i < PROCESSES; i++)
        if (processes[i].pid) {
            fprintf(report, "hung %s\n", processes[i].name);
            kill(processes[i].pid, SIGKILL);
        }
}

static void follow(unsigned seconds) {
    struct sigaction action = {.sa_handler = ring};
    int status;
    sigaction(SIGALRM, &action, NULL);
    alarm(seconds);
    for (;;) {
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid > 0)
            take(pid, status);
        else if (errno != EINTR)
            return;
        if (late)
            give_up();
    }
}

static _Noreturn void become(const int gate[2], char **words) {
    char byte;
    close(gate[1]);
    if (read(gate[0], &byte, 1) == 1)
        execv(words[0], words);
    _exit(127);
}

int main(int argc, char **argv) {
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                         PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
                         PTRACE_O_EXITKILL;
    int gate[2];
    if (argc < 6 || !read_plan(argv[4]))
        return 2;
    directory = argv[1];
    report = fopen(argv[2], "we");
    if (!possible || !report || pipe2(gate, O_CLOEXEC) != 0)
        return possible ? 2 : CANNOT;
    pid_t pid = fork();
    if (pid == 0)
        become(gate, argv + 5);
    strcpy(find_or_add(pid)->name, "0");
    if (pid < 0 || ptrace(PTRACE_SEIZE, pid, NULL, (void *)options) != 0)
        return CANNOT;
    close(gate[0]);
    if (write(gate[1], "", 1) != 1)
        return 2;
    close(gate[1]);
    follow((unsigned)atoi(argv[3]));
    return fclose(report) == 0 ? 0 : 2;
}
