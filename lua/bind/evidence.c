#include "evidence.h"
#include "core/os/os.h"
#include "core/os/session.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VARIABLE  'v'
#define FILE_     'f'
#define DIRECTORY 'd'
#define TERMINAL  't'
#define PATH      'p'
#define SESSION   's'

/* File systems keep times in steps of two seconds at most. */
#define TICK ((int64_t)2000000000)

static _Thread_local un_evidence *present;

/* An absolute path that no component of leads elsewhere by its name alone. */
static bool is_normal(const char *path) {
    size_t length = strlen(path);
    return path[0] == '/' && length < PATH_MAX && !strstr(path, "//") && !strstr(path, "/./") &&
           !strstr(path, "/../") && (length == 1 || path[length - 1] != '/') &&
           strcmp(path + (length > 2 ? length - 2 : 0), "/.") != 0 &&
           strcmp(path + (length > 3 ? length - 3 : 0), "/..") != 0;
}

bool un_evidence_subject(char *out, int *fd, const char *path) {
    *fd = is_normal(path) ? un_os_open_direct(path, O_RDONLY | O_DIRECTORY) : -1;
    if (*fd < 0)
        return realpath(path, out) != NULL;
    strcpy(out, path);
    return true;
}

void un_evidence_begin(un_evidence *evidence, const char *subject, const char *asked) {
    evidence->subject = subject;
    evidence->asked = asked;
    evidence->is_again = evidence->incomplete = false;
    evidence->newest = 0;
    evidence->count = evidence->length = 0;
    present = evidence;
}

bool un_evidence_is_on(void) {
    return present != NULL;
}

void un_evidence_end(void) {
    present = NULL;
}

void un_evidence_lacks(void) {
    if (present)
        present->incomplete = true;
}

/* Where the name begins in `names`; the digest of its value is values[*index]. NULL: not there. */
static const char *find(const un_evidence *e, char kind, const char *name, size_t length,
                        size_t *index) {
    const char *at = e->names, *end = e->names + e->length;
    for (*index = 0; at < end; (*index)++) {
        const char *tab = memchr(at, '\t', (size_t)(end - at));
        if (*at == kind && (size_t)(tab - at) == length + 1 && memcmp(at + 1, name, length) == 0)
            return at;
        at = tab + 1;
    }
    return NULL;
}

static bool is_plain(const char *name) {
    for (; *name; name++)
        if ((unsigned char)*name < ' ' || *name == 127)
            return false;
    return true;
}

static void add(un_evidence *e, char kind, const char *name, size_t length,
                const un_digest *value) {
    if (e->count == UN_EVIDENCE_MOST || e->length + length + 2 > sizeof e->names ||
        !is_plain(name)) {
        e->incomplete = true;
        return;
    }
    e->names[e->length] = kind;
    memcpy(e->names + e->length + 1, name, length);
    e->names[e->length + length + 1] = '\t';
    e->length += length + 2;
    e->values[e->count++] = *value;
}

/* The value has its length in its digest, and none is told from an empty one. */
static void note(char kind, const char *name, const void *value, size_t length) {
    un_evidence *e = present;
    size_t index, name_length = strlen(name);
    if (!e || e->incomplete)
        return;
    un_digest digest = {{0}};
    if (value)
        digest = un_hash_bytes((un_slice){value, length});
    if (e->is_again || !find(e, kind, name, name_length, &index))
        add(e, kind, name, name_length, &digest);
    else if (memcmp(&e->values[index], &digest, sizeof digest) != 0)
        e->incomplete = true;
}

static void note_text(char kind, const char *name, const char *value) {
    note(kind, name, value, value ? strlen(value) : 0);
}

void un_evidence_variable(const char *name, const char *value) {
    note_text(VARIABLE, name, value);
}

void un_evidence_session(const char *session) {
    note_text(SESSION, "", session);
}

void un_evidence_terminal(int fd, bool is) {
    note_text(TERMINAL,
              fd == STDERR_FILENO   ? "2"
              : fd == STDOUT_FILENO ? "1"
                                    : "0",
              is ? "yes" : "no");
    if (fd < 0 || fd > 2)
        un_evidence_lacks();
}

/* Whether it is the subject or above it. */
static bool is_of_subject(const char *canonical) {
    const char *subject = present && present->subject ? present->subject : "";
    size_t length = strlen(canonical);
    return strncmp(subject, canonical, length) == 0 && (!subject[length] || subject[length] == '/');
}

void un_evidence_path(const char *path, const char *canonical) {
    bool known =
        canonical && is_of_subject(canonical) &&
        (strcmp(path, canonical) == 0 || (present->asked && strcmp(path, present->asked) == 0));
    if (!known)
        note_text(PATH, path, canonical);
}

void un_evidence_file(const char *path, const un_stamp *stamp) {
    note(FILE_, path, stamp, sizeof *stamp);
    if (present && stamp && stamp->modified > present->newest)
        present->newest = stamp->modified;
    if (present && stamp && stamp->changed > present->newest)
        present->newest = stamp->changed;
}

void un_evidence_look(const char *path) {
    un_stamp stamp;
    struct stat found;
    if (!present)
        return;
    if (un_os_stat(AT_FDCWD, path, &found, true) == 0) {
        un_stamp_of(&stamp, &found);
        un_evidence_file(path, &stamp);
    } else if (errno == ENOENT || errno == ENOTDIR)
        un_evidence_file(path, NULL);
    else
        un_evidence_lacks();
}

static void note_directory(const char *path, const struct stat *found) {
    uint64_t which[2] = {found->st_dev, found->st_ino};
    note(DIRECTORY, path, which, sizeof which);
}

void un_evidence_entry(const char *path, const struct stat *found) {
    un_stamp stamp;
    if (!found)
        un_evidence_file(path, NULL);
    else if (S_ISDIR(found->st_mode))
        note_directory(path, found);
    else {
        un_stamp_of(&stamp, found);
        un_evidence_file(path, &stamp);
    }
}

static void look_directory(const char *path) {
    struct stat found;
    if (un_os_stat(AT_FDCWD, path, &found, true) == 0 && S_ISDIR(found.st_mode))
        note_directory(path, &found);
    else
        note(DIRECTORY, path, NULL, 0);
}

bool un_evidence_has_file(const un_evidence *evidence, const char *path) {
    size_t index;
    return find(evidence, FILE_, path, strlen(path), &index) && *evidence->values[index].hex;
}

bool un_evidence_is_complete(const un_evidence *evidence, int64_t now) {
    return !evidence->incomplete && evidence->newest < INT64_MAX - TICK &&
           evidence->newest + TICK < now * 1000000000;
}

un_digest un_evidence_digest(const un_evidence *evidence) {
    un_digest both[2] = {
        un_hash_bytes((un_slice){evidence->names, evidence->length}),
        un_hash_bytes((un_slice){evidence->values[0].hex, evidence->count * sizeof(un_digest)})};
    return un_hash_bytes((un_slice){both[0].hex, sizeof both});
}

static void look_path(const char *path) {
    char canonical[PATH_MAX];
    if (realpath(path, canonical))
        un_evidence_path(path, canonical);
    else if (errno == ENOENT || errno == ENOTDIR)
        un_evidence_path(path, NULL);
    else
        un_evidence_lacks();
}

static void look_session(void) {
    char found[UN_OWNER_TEXT];
    un_evidence_session(un_session(found) ? found : NULL);
}

static bool look_again(char kind, const char *name) {
    if (kind == VARIABLE)
        un_evidence_variable(name, un_os_variable(name));
    else if (kind == FILE_)
        un_evidence_look(name);
    else if (kind == DIRECTORY)
        look_directory(name);
    else if (kind == TERMINAL && *name >= '0' && *name <= '2')
        un_evidence_terminal(*name - '0', isatty(*name - '0'));
    else if (kind == PATH)
        look_path(name);
    else if (kind == SESSION)
        look_session();
    else
        return false;
    return true;
}

bool un_evidence_again(un_evidence *out, const char *subject, const char *names, size_t length) {
    const char *at = names, *end = names + length;
    bool sense = true;
    un_evidence_begin(out, subject, NULL);
    out->is_again = true;
    while (sense && at < end && !out->incomplete) {
        char name[PATH_MAX];
        const char *tab = memchr(at, '\t', (size_t)(end - at));
        size_t room = tab ? (size_t)(tab - at) : 0;
        sense = room > 0 && room <= sizeof name;
        if (sense) {
            memcpy(name, at + 1, room - 1);
            name[room - 1] = '\0';
            sense = look_again(*at, name);
            at = tab + 1;
        }
    }
    un_evidence_end();
    return sense && !out->incomplete;
}
