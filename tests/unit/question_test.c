/*
 * question_test.c: asks this very program, which answers in ways of its own (main).
 */
#include "check.h"
#include "core/os/os.h"
#include "core/os/question.h"
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>

/* Milliseconds that only a hang lasts. */
#define HANG  600000
#define LARGE 3000000

static char self[PATH_MAX];

/* --- the program that is asked ---------------------------------------------------------------- */

static un_slice large_text(void) {
    static char text[LARGE];
    memset(text, 'x', sizeof text);
    return (un_slice){text, sizeof text};
}

/* What it has of who asks: where the standard ones lead, the host's descriptor, signals. */
static un_slice look(void) {
    static char verdict[] = "------";
    struct stat found;
    sigset_t blocked;
    for (int fd = 0; fd < 3; fd++)
        verdict[fd] = fstat(fd, &found) != 0    ? 'c'
                      : S_ISSOCK(found.st_mode) ? 's'
                      : S_ISCHR(found.st_mode)  ? 'n'
                                                : '?';
    verdict[3] = fcntl(20, F_GETFD) < 0 ? 'c' : 'o';
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    verdict[4] = sigismember(&blocked, SIGUSR1) ? 'b' : 'u';
    verdict[5] = signal(SIGTERM, SIG_DFL) == SIG_DFL ? 'd' : 'i';
    return (un_slice){verdict, sizeof verdict - 1};
}

static void say(const char *text) {
    CHECK(send(STDOUT_FILENO, text, strlen(text), MSG_NOSIGNAL) > 0);
}

/* Says which process it is into the file that it is asked about, and ends when it is ended. */
static _Noreturn void hang(un_slice path) {
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%.*s", (int)path.len, path.ptr ? path.ptr : "");
    FILE *file = *name ? fopen(name, "w") : NULL;
    if (file) {
        fprintf(file, "%d\n", (int)getpid());
        fclose(file);
    }
    for (;;)
        pause();
}

static int answer(const char *subject, const char *deadline) {
    un_bytes text;
    if (strcmp(subject, "deaf") == 0)
        return 0;
    while (strcmp(subject, "stuck") == 0)
        pause();
    if (un_question_take(&text, deadline, 2 * LARGE, NULL) != UN_OK)
        return 3;
    if (strcmp(subject, "hang") == 0)
        hang(text.slice);
    if (strcmp(subject, "stay") == 0) {
        say("said");
        shutdown(STDOUT_FILENO, SHUT_RDWR);
        hang((un_slice){NULL, 0});
    }
    if (strcmp(subject, "half") == 0) {
        say("half");
        raise(SIGKILL);
    }
    un_question_answer(strcmp(subject, "large") == 0  ? large_text()
                       : strcmp(subject, "look") == 0 ? look()
                                                      : text.slice);
}

/* --- who asks --------------------------------------------------------------------------------- */

static const char *answer_to(const char *subject, un_slice text, int64_t milliseconds, size_t limit,
                             un_status wanted) {
    static un_bytes got;
    un_error error = {0};
    un_question question = {self, subject, text, milliseconds, limit};
    un_bytes_free(&got);
    if (!CHECK_INT(un_question_ask(&got, &question, &error), wanted))
        printf("%s: %s\n", subject, error.message);
    return got.slice.ptr ? got.slice.ptr : "";
}

static const char *echo(const char *text) {
    return answer_to("echo", un_slice_of(text), HANG, 100, UN_OK);
}

static void hears_the_answer(void) {
    CHECK_STR(echo("yes"), "yes");
    CHECK_STR(echo(""), "");
    CHECK_STR(answer_to("half", un_slice_of("?"), HANG, 100, UN_OK), "half");
    answer_to("echo", un_slice_of("too much"), HANG, 4, UN_LIMIT);
    CHECK_INT(strlen(answer_to("large", un_slice_of(""), HANG, LARGE, UN_OK)), LARGE);
    CHECK_INT(strlen(answer_to("echo", large_text(), HANG, LARGE, UN_OK)), LARGE);
}

/* SIGPIPE would end this test. */
static void bears_who_does_not_listen(void) {
    CHECK_STR(answer_to("deaf", large_text(), HANG, 10, UN_OK), "");
    CHECK_STR(answer_to("deaf", un_slice_of("?"), HANG, 10, UN_OK), "");
}

static void names_what_cannot_be_started(void) {
    un_bytes got;
    un_error error = {0};
    un_question question = {"/nowhere/upnudge-cli", "echo", un_slice_of("?"), HANG, 10};
    CHECK_INT(un_question_ask(&got, &question, &error), UN_NOT_FOUND);
    CHECK_STR(error.file, "/nowhere/upnudge-cli");
    question.program = check_path;
    CHECK_INT(un_question_ask(&got, &question, &error), UN_SYSTEM);
}

static void leaves_no_zombie(void) {
    CHECK_AWAIT(strcmp(echo(""), "") == 0 && waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

/* It never ends by itself: that this returns at all is the answer. */
static void gives_up_in_time(void) {
    answer_to("hang", un_slice_of(""), 150, 10, UN_TIMEOUT);
    answer_to("hang", un_slice_of(""), 1, 10, UN_TIMEOUT);
    answer_to("hang", un_slice_of(""), -5, 10, UN_TIMEOUT);
    /* This one has no alarm of its own. */
    answer_to("stuck", large_text(), 50, 10, UN_TIMEOUT);
    leaves_no_zombie();
}

/* Its line is closed, and it goes on without an alarm of its own. */
static void ends_what_stays(void) {
    CHECK_STR(answer_to("stay", un_slice_of(""), HANG, 10, UN_OK), "said");
    leaves_no_zombie();
}

static void gives_the_program_nothing(void) {
    int null = open("/dev/null", O_RDONLY), fd = fcntl(null, F_DUPFD, 20);
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    signal(SIGTERM, SIG_IGN);
    CHECK_INT(fd, 20);
    CHECK_STR(answer_to("look", un_slice_of(""), HANG, 100, UN_OK), "ssncud");
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(fd);
    close(null);
}

static void bears_a_host_without_the_first_three(void) {
    pid_t pid = fork();
    if (pid == 0) {
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        bool good = strcmp(echo("yes"), "yes") == 0 && fcntl(0, F_GETFD) < 0 &&
                    fcntl(1, F_GETFD) < 0 && fcntl(2, F_GETFD) < 0;
        _exit(good ? 0 : 1);
    }
    CHECK_INT(check_wait(pid), 0);
}

static void bears_a_host_that_ignores_children(void) {
    struct sigaction forgetful = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT}, before;
    signal(SIGCHLD, SIG_IGN);
    CHECK_STR(echo("yes"), "yes");
    answer_to("hang", un_slice_of(""), 50, 10, UN_TIMEOUT);
    sigaction(SIGCHLD, &forgetful, &before);
    CHECK_STR(echo("yes"), "yes");
    answer_to("hang", un_slice_of(""), 50, 10, UN_TIMEOUT);
    signal(SIGCHLD, SIG_DFL);
}

static atomic_bool over;

/* A host that takes the status of whoever ends. */
static void *reap_all(void *unused) {
    while (!over)
        if (waitpid(-1, NULL, 0) < 0)
            sched_yield();
    return unused;
}

/* A host that forks, so that the other side of our line may be open in somebody else. */
static void *fork_all(void *unused) {
    while (!over) {
        pid_t pid = fork();
        if (pid == 0) {
            check_pause(20);
            _exit(0);
        }
        check_pause(1);
    }
    return unused;
}

static void *use_memory(void *unused) {
    while (!over)
        free(malloc(5000));
    return unused;
}

static void bears_busy_threads(void) {
    static void *(*const work[])(void *) = {reap_all, fork_all, use_memory, use_memory};
    pthread_t threads[4];
    over = false;
    for (int i = 0; i < 4; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, work[i], NULL), 0);
    for (int i = 0; i < 60; i++) {
        CHECK_STR(echo("yes"), "yes");
        if (i % 10 == 0)
            answer_to("hang", un_slice_of(""), 30, 10, UN_TIMEOUT);
    }
    over = true;
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    while (waitpid(-1, NULL, 0) > 0)
        continue;
}

static long pid_in(const char *path) {
    long pid = 0;
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%ld", &pid) != 1)
        pid = 0;
    if (file)
        fclose(file);
    return pid;
}

/* Alive, not a zombie that nobody has reaped yet. */
static bool is_alive(long pid) {
    char path[40], state = 'X';
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%*d %*s %c", &state) != 1)
        state = 'X';
    if (file)
        fclose(file);
    return state != 'X' && state != 'Z';
}

static void dies_with_who_asks(void) {
    char path[sizeof check_path + 8];
    snprintf(path, sizeof path, "%s/pid", check_path);
    pid_t host = fork();
    if (host == 0) {
        answer_to("hang", un_slice_of(path), HANG, 10, UN_OK);
        _exit(0);
    }
    CHECK_AWAIT(pid_in(path) > 0);
    long pid = pid_in(path);
    CHECK(is_alive(pid));
    kill(host, SIGKILL);
    check_wait(host);
    CHECK_AWAIT(!is_alive(pid));
}

/* Nobody kills it but its own alarm. */
static void ends_by_itself(void) {
    int line[2];
    char deadline[24];
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, line), 0);
    snprintf(deadline, sizeof deadline, "%lld", (long long)un_os_monotonic() + 200000000);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(line[1], 0);
        dup2(line[1], 1);
        execl(self, self, "hang", deadline, (char *)NULL);
        _exit(1);
    }
    close(line[1]);
    int status = check_wait(pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
    close(line[0]);
}

/* A person, who has no such line to it, is answered by nobody. */
static void answers_nobody_else(void) {
    char line[PATH_MAX + 100];
    snprintf(line, sizeof line, "'%s' echo 99999999999999999 </dev/null >/dev/null", self);
    CHECK_INT(WEXITSTATUS(system(line)), 3);
}

int main(int argc, char **argv) {
    if (argc == 3)
        return answer(argv[1], argv[2]);
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = '\0';
    int dir = check_directory(), before = check_descriptors();
    hears_the_answer();
    bears_who_does_not_listen();
    names_what_cannot_be_started();
    gives_up_in_time();
    ends_what_stays();
    gives_the_program_nothing();
    bears_a_host_without_the_first_three();
    bears_a_host_that_ignores_children();
    bears_busy_threads();
    dies_with_who_asks();
    ends_by_itself();
    answers_nobody_else();
    CHECK_INT(check_descriptors(), before);
    check_clean(dir);
    return check_done();
}
