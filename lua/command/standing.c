#include "standing.h"
#include "core/os/atomic.h"
#include "core/os/directory.h"
#include "core/os/os.h"
#include "core/os/ours.h"
#include "lua/api/argument.h"
#include "lua/vm/embedded.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME "standing"
#define BEGINNING "standing 1 "
#define COUNT     10
/* Ways of asking, and directories outside of projects, that are kept. */
#define LINES         4
#define LINES_OUTSIDE 16
#define LIMIT         UN_STANDING_LIMIT
/* Nothing holds for longer, in seconds: whatever was overlooked is looked at once a day. */
#define LONGEST 86400

/* --- texts -------------------------------------------------------------------------------------
 */

typedef struct text {
    char *at;
    size_t room, length;
    bool full;
} text;

__attribute__((format(printf, 2, 3))) static void add(text *t, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(t->at + t->length, t->room - t->length, format, arguments);
    va_end(arguments);
    t->full = t->full || length < 0 || (size_t)length >= t->room - t->length;
    if (!t->full)
        t->length += (size_t)length;
}

static void add_bytes(text *t, const char *bytes, size_t length) {
    t->full = t->full || length >= t->room - t->length;
    if (!t->full)
        memcpy(t->at + t->length, bytes, length);
    t->length += t->full ? 0 : length;
}

/* printf would be all that the quiet path has of stdio. */
static void add_text(text *t, const char *more) {
    add_bytes(t, more, strlen(more));
}

/* Ends it, as add does: there is room for that. */
static const char *ended(text *t) {
    t->at[t->length] = '\0';
    return t->at;
}

/* --- where and what is asked --------------------------------------------------------------------
 */

static const char *absolute(const char *name) {
    const char *path = un_os_variable(name);
    return path && *path == '/' ? path : NULL;
}

/* Where upnudge.runtime.places has what can be made again, as far as there is a home. */
static bool find_place(text *out, const upnudge_options *options) {
    const char *all = un_os_variable("UPNUDGE_STATE_DIR"), *path = options->state_dir;
    if (!path && all && *all)
        path = all;
    const char *cache = absolute("XDG_CACHE_HOME"), *home = absolute("HOME");
    if (path) {
        add_text(out, path);
    } else if (cache || home) {
        add_text(out, cache ? cache : home);
        add_text(out, cache ? "/upnudge/" : "/.cache/upnudge/");
        add_text(out, options->app ? options->app : "default");
    }
    while (out->length > 1 && out->at[out->length - 1] == '/')
        out->length--;
    return out->length > 0 && !out->full && *ended(out) == '/';
}

/* The digest of all that somebody says who asks; false: it is too much. */
static bool digest_asked(un_digest *out, const un_activation *asked, const char *subject) {
    char bytes[256];
    text t = {bytes, sizeof bytes, 0, false};
    un_digest options, activation;
    upnudge_activation about = asked->about;
    const uid_t user = un_os_user();
    about.attributes = asked->said;
    about.environment = subject;
    /* At a made-up time it is another way of asking, and that time goes on as the clock's does. */
    about.now = about.now != 0;
    if (!un_argument_digest(&options, &un_argument_options, &asked->runtime) ||
        !un_argument_digest(&activation, &un_argument_activation, &about))
        return false;
    add_text(&t, un_modules_build);
    add_text(&t, options.hex);
    add_text(&t, activation.hex);
    add_text(&t, asked->project ? "p" : "-");
    add_text(&t, asked->check ? "c" : "-");
    add_bytes(&t, (const char *)&user, sizeof user);
    *out = un_hash_bytes((un_slice){bytes, t.length});
    return true;
}

static bool prepare(un_standing *standing, int *fd, const un_activation *asked) {
    standing->now = asked->about.now ? asked->about.now : un_os_now(NULL);
    if (un_os_is_raised() || !un_evidence_subject(standing->room, fd, asked->about.environment))
        return false;
    standing->subject = standing->room;
    standing->used = strlen(standing->room) + 1;
    text place = {standing->room + standing->used, PATH_MAX, 0, false};
    if (!find_place(&place, &asked->runtime))
        return false;
    standing->place = place.at;
    standing->used += place.length + 1;
    return digest_asked(&standing->asked, asked, standing->subject);
}

/* The path of a file beside the record of the environment at `path`, or outside of all: NULL; ""
 * where that is too long. Its length. */
static size_t path_beside(char out[PATH_MAX], const un_standing *standing, const char *path,
                          const char *name) {
    text t = {out, PATH_MAX, 0, false};
    add_text(&t, standing->place);
    add_text(&t, "/");
    if (path) {
        add_text(&t, un_hash_bytes(un_slice_of(path)).hex);
        add_text(&t, "/");
    }
    add_text(&t, name);
    if (t.full)
        t.length = 0;
    ended(&t);
    return t.length;
}

/* --- the file -----------------------------------------------------------------------------------
 */

typedef struct line {
    const char *begin;
    char *end;                 /* behind its LF */
    const char *asked, *rests; /* as many digits as a digest has */
    int64_t count, since, until;
    const char *code; /* behind it a blank, the rule and a tab */
    char *names;      /* up to the LF */
} line;

/* Takes the bytes of `prefix`. */
static bool take(const char **at, const char *end, const char *prefix) {
    size_t length = strlen(prefix);
    if ((size_t)(end - *at) < length || memcmp(*at, prefix, length) != 0)
        return false;
    *at += length;
    return true;
}

/* Takes a number and the blank behind it. */
static bool take_number(const char **at, const char *end, int64_t *number) {
    const char *from = *at;
    for (*number = 0; *at < end && **at >= '0' && **at <= '9' && *at - from < 18; (*at)++)
        *number = *number * 10 + (**at - '0');
    return *at > from && take(at, end, " ");
}

static bool take_digest(const char **at, const char *end, const char **digest) {
    *digest = *at;
    for (int i = 0; i < UN_DIGEST_LENGTH; i++, (*at)++)
        if (*at == end || !memchr("0123456789abcdef", **at, 16))
            return false;
    return take(at, end, " ");
}

/* Reads the next line; false: there is none, or it is none of ours. */
static bool read_line(line *out, char *begin, const char *end) {
    char *last = memchr(begin, '\n', (size_t)(end - begin));
    const char *at = begin, *from = begin;
    if (!last)
        return false;
    out->begin = begin;
    out->end = last + 1;
    if (!take(&at, last, BEGINNING) || !take_number(&at, last, &out->count) ||
        at - from != (ptrdiff_t)sizeof BEGINNING + COUNT || !take_number(&at, last, &out->since) ||
        !take_number(&at, last, &out->until) || !take_digest(&at, last, &out->asked) ||
        !take_digest(&at, last, &out->rests))
        return false;
    out->code = at;
    char *tab = memchr(at, '\t', (size_t)(last - at));
    out->names = tab ? tab + 1 : NULL;
    return tab != NULL;
}

/* A file that is ours alone; *fd is the caller's. Its length, 0 for none. */
static size_t read_file(int *fd, char *bytes, const char *path) {
    struct stat found;
    const int flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    *fd = *path ? un_os_open(AT_FDCWD, path, O_RDWR | flags, 0) : -1;
    if (*fd < 0 && (errno == EACCES || errno == EROFS))
        *fd = un_os_open(AT_FDCWD, path, O_RDONLY | flags, 0);
    if (*fd < 0 || un_os_fstat(*fd, &found) != 0 || !un_is_our_file(&found) ||
        (found.st_mode & (S_IWGRP | S_IWOTH)) || found.st_size > (off_t)LIMIT)
        return 0;
    ssize_t length = un_os_read(*fd, bytes, LIMIT);
    return length > 0 ? (size_t)length : 0;
}

/* --- whether one stands --------------------------------------------------------------------------
 */

static bool is_time(const line *l, int64_t now) {
    return l->since <= now && now < l->until && now - l->since <= LONGEST;
}

static bool rests_the_same(const line *l) {
    un_digest now;
    return un_evidence_again(&now, l->names, (size_t)(l->end - 1 - l->names)) &&
           memcmp(now.hex, l->rests, UN_DIGEST_LENGTH) == 0;
}

/* One more, as far as there are digits for it. Two at once may be one. */
static void count(int fd, const char *bytes, const line *l) {
    char digits[COUNT];
    const char *from = l->begin + sizeof BEGINNING - 1;
    int at = COUNT - 1;
    memcpy(digits, from, COUNT);
    while (at >= 0 && digits[at] == '9')
        digits[at--] = '0';
    if (at < 0)
        return;
    digits[at]++;
    ssize_t written = un_os_pwrite(fd, digits, COUNT, from - bytes);
    (void)written;
}

/* Whether one does that is kept for that environment; NULL: outside of all. */
static bool holds_at(un_standing *standing, const char *environment) {
    char *path = standing->room + standing->used;
    char *bytes = path + path_beside(path, standing, environment, FILE_NAME) + 1;
    int fd;
    size_t length = read_file(&fd, bytes, path);
    line l = {.end = bytes};
    while (read_line(&l, l.end, bytes + length))
        if (memcmp(l.asked, standing->asked.hex, UN_DIGEST_LENGTH) == 0) {
            if (!is_time(&l, standing->now) || !rests_the_same(&l))
                break;
            count(fd, bytes, &l);
            return true;
        }
    if (fd >= 0)
        un_os_close(fd);
    return false;
}

/* The directory above, in place; false: there is none. */
static bool go_up(char *path) {
    char *slash = strrchr(path, '/');
    if (!slash || !path[1])
        return false;
    slash[slash == path] = '\0';
    return true;
}

/* The same of each directory above, and outside of all projects. */
static bool holds_above(un_standing *standing) {
    char *directory = standing->room + standing->used;
    bool holds = false;
    strcpy(directory, standing->subject);
    standing->used += strlen(directory) + 1;
    while (!holds && go_up(directory))
        holds = holds_at(standing, directory);
    return holds || holds_at(standing, NULL);
}

bool un_standing_holds(un_standing *standing, const un_activation *asked) {
    int fd = -1;
    standing->possible = prepare(standing, &fd, asked);
    bool holds = standing->possible && (holds_at(standing, standing->subject) ||
                                        (asked->project && holds_above(standing)));
    if (!holds && fd >= 0)
        un_os_close(fd);
    if (!holds && standing->possible)
        un_evidence_begin(&standing->evidence, standing->subject, asked->about.environment);
    return holds;
}

/* --- leaving one ---------------------------------------------------------------------------------
 */

/* A name in one word. */
static void add_word(text *t, const char *word) {
    for (; *word; word++)
        add_bytes(t, (unsigned char)*word <= ' ' || *word == 127 ? "?" : word, 1);
}

static void add_line(text *t, const un_standing *standing, const un_silence *silence) {
    int64_t now = standing->now;
    int64_t until = silence->until < now + LONGEST ? silence->until : now + LONGEST;
    add(t, BEGINNING "%0*d %" PRId64 " %" PRId64 " %s %s ", COUNT, 0, now, until,
        standing->asked.hex, un_evidence_digest(&standing->evidence).hex);
    add_word(t, silence->code);
    add_bytes(t, " ", 1);
    add_word(t, silence->rule && *silence->rule ? silence->rule : "-");
    add_bytes(t, "\t", 1);
    add_bytes(t, standing->evidence.names, standing->evidence.length);
    add_bytes(t, "\n", 1);
}

/* Of several that give way the last tells what they were. */
static void drop(un_standing *standing, const line *l) {
    un_counted *dropped = &standing->dropped;
    if (l->count == 0)
        return;
    snprintf(standing->words, sizeof standing->words, "%.*s", (int)(l->names - 1 - l->code),
             l->code);
    char *blank = strchr(standing->words, ' ');
    if (blank)
        *blank = '\0';
    dropped->code = standing->words;
    dropped->rule = blank && strcmp(blank + 1, "-") != 0 ? blank + 1 : NULL;
    dropped->since = dropped->times && dropped->since < l->since ? dropped->since : l->since;
    dropped->times += l->count;
    dropped->last = standing->now;
}

/* Those of the other ways of asking whose time has not come; the rest gives way. */
static void add_others(text *t, un_standing *standing, const char *path, int most) {
    static char bytes[LIMIT];
    int fd, lines = 1;
    size_t length = read_file(&fd, bytes, path);
    line l = {.end = bytes};
    while (read_line(&l, l.end, bytes + length))
        if (lines < most && is_time(&l, standing->now) &&
            memcmp(l.asked, standing->asked.hex, UN_DIGEST_LENGTH) != 0 &&
            (size_t)(l.end - l.begin) < t->room - t->length) {
            add_bytes(t, l.begin, (size_t)(l.end - l.begin));
            lines++;
        } else {
            drop(standing, &l);
        }
    if (fd >= 0)
        un_os_close(fd);
}

static void write_file(const char *directory, const text *t) {
    int dir;
    if (un_directory_open(&dir, directory, false, NULL) != UN_OK)
        return;
    un_atomic_replace(dir, FILE_NAME, (un_slice){t->at, t->length}, false, NULL);
    un_os_close(dir);
}

/* The record that was read is the one beside which the answer will be looked for. */
static bool has_record(const un_standing *standing, const char *environment) {
    char record[PATH_MAX];
    path_beside(record, standing, environment, "record.json");
    return *record && un_evidence_has_file(&standing->evidence, record);
}

static bool is_reliable(const un_standing *standing, const un_silence *silence) {
    return silence->until > standing->now && silence->code && *silence->code &&
           un_evidence_is_complete(&standing->evidence, un_os_now(NULL)) &&
           (!silence->environment || has_record(standing, silence->environment));
}

void un_standing_leave(un_standing *standing, const un_silence *silence) {
    static char bytes[LIMIT];
    text t = {bytes, sizeof bytes, 0, false};
    char path[PATH_MAX];
    un_evidence_end();
    standing->dropped = (un_counted){.environment = silence->environment};
    if (!standing->possible || !is_reliable(standing, silence))
        return;
    path_beside(path, standing, silence->environment, FILE_NAME);
    add_line(&t, standing, silence);
    if (t.full || !*path)
        return;
    add_others(&t, standing, path, silence->environment ? LINES : LINES_OUTSIDE);
    path[strlen(path) - sizeof FILE_NAME] = '\0';
    write_file(path, &t);
}
