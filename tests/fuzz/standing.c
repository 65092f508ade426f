/*
 * Standing answers: the file `standing` of an environment, as the small program reads it before any
 * Lua, and writes it anew with an answer of its own in front.
 *
 * In an input stand for what differs from run to run: @ASKED@ and @RESTS@ for the digests of an
 * answer that holds, @PLACE@ for the directory of all and @KEY@ for that of the environment. With
 * FUZZ_SEEDS the program only writes that answer into that directory.
 */
#include "lua/command/standing.h"
#include "core/hash.h"
#include "core/os/directory.h"
#include "core/os/os.h"
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NOW   1800000000
#define LINES 4 /* that are kept */
/* Below which those are that a look may leave open, for the end of a process. */
#define DESCRIPTORS 32

const bool un_is_program = true;

static char place[PATH_MAX - 256], environment[PATH_MAX], state[PATH_MAX], file[PATH_MAX];
static char key[UN_DIGEST_LENGTH + 1], asked_digest[UN_DIGEST_LENGTH + 1],
    rests_digest[UN_DIGEST_LENGTH + 1];
static un_standing standing;

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct content {
    size_t length;
    char bytes[2 * UN_STANDING_LIMIT];
} content;

static void fault(const char *what) {
    fprintf(stderr, "%s\n", what);
    abort();
}

/* --- the file -----------------------------------------------------------------------------------
 */

static void write_bytes(const char *path, const char *bytes, size_t length) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, bytes, length) != (ssize_t)length || close(fd) != 0)
        fault("cannot write");
}

static void read_file(content *out) {
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, out->bytes, sizeof out->bytes);
    out->length = length > 0 ? (size_t)length : 0;
    if (fd >= 0)
        close(fd);
}

static void add(content *out, const char *bytes, size_t length) {
    if (length > sizeof out->bytes - out->length)
        length = sizeof out->bytes - out->length;
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

typedef struct word {
    const char *sign, *meaning;
} word;

static const word words[] = {
    {"@PLACE@", place}, {"@KEY@", key}, {"@ASKED@", asked_digest}, {"@RESTS@", rests_digest}};

#define WORDS (sizeof words / sizeof *words)

/* `bytes` with each first word of the pairs replaced by the second, or the other way round. */
static void translate(content *out, const char *bytes, size_t length, bool into_signs) {
    out->length = 0;
    for (size_t at = 0; at < length;) {
        size_t i = 0, from = 0;
        for (; i < WORDS; i++) {
            const char *what = into_signs ? words[i].meaning : words[i].sign;
            from = strlen(what);
            if (from <= length - at && memcmp(bytes + at, what, from) == 0)
                break;
        }
        if (i < WORDS) {
            const char *to = into_signs ? words[i].sign : words[i].meaning;
            add(out, to, strlen(to));
            at += from;
        } else {
            add(out, bytes + at++, 1);
        }
    }
}

/* --- what is asked ------------------------------------------------------------------------------
 */

static unsigned open_descriptors(void) {
    unsigned open = 0;
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        open |= fcntl(fd, F_GETFD) < 0 ? 0 : 1u << fd;
    return open;
}

static bool holds(void) {
    un_activation asked = {.runtime = UPNUDGE_OPTIONS_INIT, .about = UPNUDGE_ACTIVATION_INIT};
    asked.runtime.state_dir = state;
    asked.about.environment = environment;
    asked.about.terminal = 1;
    asked.about.now = NOW;
    unsigned before = open_descriptors();
    bool is = un_standing_holds(&standing, &asked);
    unsigned more = open_descriptors() & ~before;
    if (more && !is)
        fault("a file stays open");
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        if (more & 1u << fd)
            close(fd);
    return is;
}

/* The answer that came of asking: silence for an hour, while the record is as it is. */
static void leave(void) {
    char record[PATH_MAX];
    snprintf(record, sizeof record, "%.*s/record.json", (int)(strrchr(file, '/') - file), file);
    un_evidence_look(record);
    un_evidence_variable("HOME", un_os_variable("HOME"));
    un_evidence_terminal(STDERR_FILENO, isatty(STDERR_FILENO));
    un_silence silence = {environment, NOW + 3600, "not-due", "daily"};
    un_standing_leave(&standing, &silence);
}

/* What was found to hold is counted in its ten digits, and nothing else changes. */
static void compare(const content *before, const content *after, bool is) {
    size_t changed = 0;
    if (before->length != after->length)
        fault("a look changed the length");
    for (size_t i = 0; i < before->length; i++)
        if (before->bytes[i] != after->bytes[i]) {
            changed++;
            if (after->bytes[i] < '0' || after->bytes[i] > '9')
                fault("a look changed what is no count");
        }
    if (changed > 10 || (changed && !is))
        fault("a look changed more than a count");
}

/* Behind the new answer stand lines that were there. */
static void look_at_kept(const content *before, const content *after) {
    size_t lines = 0;
    for (size_t at = 0; at < after->length; lines++) {
        const char *line = after->bytes + at;
        const char *end = memchr(line, '\n', after->length - at);
        if (!end)
            fault("a line does not end");
        size_t length = (size_t)(end - line) + 1;
        if (lines > 0 && !memmem(before->bytes, before->length, line, length))
            fault("a line that was not there");
        at += length;
    }
    if (lines > LINES || after->length > UN_STANDING_LIMIT)
        fault("more than is kept");
}

/* --- libFuzzer ----------------------------------------------------------------------------------
 */

static void make(const char *directory) {
    int fd;
    un_error error = {0};
    if (un_directory_open(&fd, directory, true, &error) != UN_OK)
        fault(error.message);
    un_os_close(fd);
}

static void name_places(void) {
    const char *all = getenv("FUZZ_PLACE");
    if (!all || strlen(all) >= sizeof place)
        fault("FUZZ_PLACE is a directory for what is made here");
    strcpy(place, all);
    snprintf(environment, sizeof environment, "%s/env", place);
    snprintf(state, sizeof state, "%s/state", place);
    strcpy(key, un_hash_bytes(un_slice_of(environment)).hex);
    snprintf(file, sizeof file, "%s/%s/standing", state, key);
}

/* A first answer, which holds once the record is old enough to be relied on. */
static void begin(void) {
    char *slash = strrchr(file, '/'), record[PATH_MAX];
    make(place);
    make(environment);
    make(state);
    *slash = '\0';
    make(file);
    snprintf(record, sizeof record, "%s/record.json", file);
    *slash = '/';
    write_bytes(record, "{}", 2);
    unlink(file);
    nanosleep(&(struct timespec){3, 0}, NULL);
    if (holds())
        fault("an answer stands that nobody gave");
    leave();
    if (!holds())
        fault("the answer does not stand");
}

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count, (void)arguments;
    static content answer, seed;
    char path[PATH_MAX];
    name_places();
    begin();
    read_file(&answer);
    /* Behind "standing 1 ", ten digits and two times of ten. */
    memcpy(asked_digest, answer.bytes + 44, UN_DIGEST_LENGTH);
    memcpy(rests_digest, answer.bytes + 44 + UN_DIGEST_LENGTH + 1, UN_DIGEST_LENGTH);
    const char *seeds = getenv("FUZZ_SEEDS");
    if (!seeds)
        return 0;
    translate(&seed, answer.bytes, answer.length, true);
    snprintf(path, sizeof path, "%s/1", seeds);
    write_bytes(path, seed.bytes, seed.length);
    exit(0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static content before, after;
    translate(&before, (const char *)data, size, false);
    write_bytes(file, before.bytes, before.length);
    bool is = holds();
    read_file(&after);
    compare(&before, &after, is);
    if (is)
        return 0;
    leave();
    read_file(&after);
    look_at_kept(&before, &after);
    if (!holds())
        fault("an answer that was just given does not stand");
    return 0;
}
