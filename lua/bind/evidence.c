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
    *fd = is_normal(path) ? un_os_find_direct(path) : -1;
    if (*fd < 0)
        return realpath(path, out) != NULL;
    strcpy(out, path);
    return true;
}

void un_evidence_begin(un_evidence *evidence, const char *subject, const char *asked) {
    evidence->subject = subject;
    evidence->asked = asked;
    evidence->incomplete = false;
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

/* Where that is; e->count: it is not there. */
static size_t find(const un_evidence *e, char kind, const char *name, size_t length) {
    size_t index = 0, begin = 0;
    for (; index < e->count; begin = e->ends[index++]) {
        const char *at = e->names + begin;
        if (e->ends[index] - begin == length + 2 && *at == kind &&
            memcmp(at + 1, name, length) == 0)
            break;
    }
    return index;
}

static bool is_plain(const char *name) {
    for (; *name; name++)
        if ((unsigned char)*name < ' ' || *name == 127)
            return false;
    return true;
}

static void add(un_evidence *e, char kind, const char *name, size_t length, const un_hash *value) {
    if (e->count == UN_EVIDENCE_MOST || e->length + length + 2 > sizeof e->names ||
        !is_plain(name)) {
        e->incomplete = true;
        return;
    }
    e->names[e->length] = kind;
    memcpy(e->names + e->length + 1, name, length);
    e->names[e->length + length + 1] = '\t';
    e->length += length + 2;
    e->ends[e->count] = (uint16_t)e->length;
    e->values[e->count++] = *value;
}

/* The value has its length in its hash, and none is told from an empty one. */
static un_hash hash_of(const void *value, size_t length) {
    return value ? un_hash_raw((un_slice){value, length}) : (un_hash){{0}};
}

static un_hash hash_of_text(const char *value) {
    return hash_of(value, value ? strlen(value) : 0);
}

static void note(char kind, const char *name, un_hash value) {
    un_evidence *e = present;
    size_t name_length = strlen(name);
    if (!e || e->incomplete)
        return;
    size_t index = find(e, kind, name, name_length);
    if (index == e->count)
        add(e, kind, name, name_length, &value);
    else if (memcmp(&e->values[index], &value, sizeof value) != 0)
        e->incomplete = true;
}

static void note_text(char kind, const char *name, const char *value) {
    if (present)
        note(kind, name, hash_of_text(value));
}

void un_evidence_variable(const char *name, const char *value) {
    note_text(VARIABLE, name, value);
}

void un_evidence_session(const char *session) {
    note_text(SESSION, "", session);
}

static const char *word_of(bool is) {
    return is ? "yes" : "no";
}

void un_evidence_terminal(int fd, bool is) {
    const char name[] = {(char)('0' + fd), '\0'};
    if (fd < STDIN_FILENO || fd > STDERR_FILENO)
        un_evidence_lacks();
    else
        note_text(TERMINAL, name, word_of(is));
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
    if (!present)
        return;
    note(FILE_, path, hash_of(stamp, sizeof *stamp));
    if (stamp && stamp->modified > present->newest)
        present->newest = stamp->modified;
    if (stamp && stamp->changed > present->newest)
        present->newest = stamp->changed;
}

/* 1: *stamp is that of what is at `path`; 0: nothing is; -1: that cannot be said. */
static int look(un_stamp *stamp, const char *path) {
    struct stat found;
    if (un_os_stat(AT_FDCWD, path, &found, true) != 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
    un_stamp_of(stamp, &found);
    return 1;
}

void un_evidence_look(const char *path) {
    un_stamp stamp;
    if (!present)
        return;
    int is = look(&stamp, path);
    if (is < 0)
        un_evidence_lacks();
    else
        un_evidence_file(path, is ? &stamp : NULL);
}

/* Of NULL: there is none. */
static un_hash hash_of_directory(const struct stat *found) {
    if (!found)
        return hash_of(NULL, 0);
    uint64_t which[2] = {found->st_dev, found->st_ino};
    return hash_of(which, sizeof which);
}

void un_evidence_entry(const char *path, const struct stat *found) {
    un_stamp stamp;
    if (!found)
        un_evidence_file(path, NULL);
    else if (S_ISDIR(found->st_mode))
        note(DIRECTORY, path, hash_of_directory(found));
    else {
        un_stamp_of(&stamp, found);
        un_evidence_file(path, &stamp);
    }
}

bool un_evidence_has_file(const un_evidence *evidence, const char *path) {
    static const un_hash none;
    size_t index = find(evidence, FILE_, path, strlen(path));
    return index < evidence->count && memcmp(&evidence->values[index], &none, sizeof none) != 0;
}

bool un_evidence_is_complete(const un_evidence *evidence, int64_t now) {
    return !evidence->incomplete && evidence->newest < INT64_MAX - TICK &&
           evidence->newest + TICK < now * 1000000000;
}

static un_digest digest_of_all(const char *names, size_t length, const un_hash *values,
                               size_t count) {
    un_hash both[2] = {un_hash_raw((un_slice){names, length}),
                       un_hash_raw((un_slice){(const char *)values, count * sizeof *values})};
    return un_hash_bytes((un_slice){(const char *)both, sizeof both});
}

un_digest un_evidence_digest(const un_evidence *evidence) {
    return digest_of_all(evidence->names, evidence->length, evidence->values, evidence->count);
}

/* --- looking again -------------------------------------------------------------------------------
 */

static bool file_again(un_hash *out, const char *path) {
    un_stamp stamp;
    int is = look(&stamp, path);
    *out = hash_of(is > 0 ? &stamp : NULL, sizeof stamp);
    return is >= 0;
}

static bool directory_again(un_hash *out, const char *path) {
    struct stat found;
    bool is = un_os_stat(AT_FDCWD, path, &found, true) == 0 && S_ISDIR(found.st_mode);
    *out = hash_of_directory(is ? &found : NULL);
    return true;
}

/* Rare, and its own function lest whoever looks at anything else has room for a path. */
__attribute__((noinline)) static bool path_again(un_hash *out, const char *path) {
    char canonical[PATH_MAX];
    const char *leads = realpath(path, canonical);
    *out = hash_of_text(leads);
    return leads || errno == ENOENT || errno == ENOTDIR;
}

static bool session_again(un_hash *out) {
    char found[UN_OWNER_TEXT];
    *out = hash_of_text(un_session(found) ? found : NULL);
    return true;
}

static bool again(un_hash *out, char kind, const char *name) {
    if (kind == VARIABLE)
        *out = hash_of_text(un_os_variable(name));
    else if (kind == FILE_)
        return file_again(out, name);
    else if (kind == DIRECTORY)
        return directory_again(out, name);
    else if (kind == TERMINAL && *name >= '0' && *name <= '2')
        *out = hash_of_text(word_of(isatty(*name - '0')));
    else if (kind == PATH)
        return path_again(out, name);
    else if (kind == SESSION)
        return session_again(out);
    else
        return false;
    return true;
}

bool un_evidence_again(un_digest *out, char *names, size_t length) {
    un_hash values[UN_EVIDENCE_MOST];
    size_t count = 0;
    char *at = names, *end = names + length;
    while (at < end) {
        char *tab = memchr(at, '\t', (size_t)(end - at));
        if (!tab || tab == at || count == UN_EVIDENCE_MOST)
            return false;
        *tab = '\0';
        bool is = again(&values[count++], *at, at + 1);
        *tab = '\t';
        if (!is)
            return false;
        at = tab + 1;
    }
    *out = digest_of_all(names, length, values, count);
    return true;
}
