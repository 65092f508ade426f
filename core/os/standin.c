#include "standin.h"
#include "ours.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HELD     ".held"
#define ATTEMPTS 64
/* How often in succession somebody may have been killed while he replaced another's. */
#define DEPTH 4

/* Milliseconds. */
#define PATIENCE  1000

#define ELSEWHERE "; keep state on another file system (--state-dir)"

static un_status name_of(char out[UN_STANDIN_NAME], const char *name, un_error *error) {
    if (strlen(name) > 63)
        return un_fail(error, UN_ARGUMENT, "%s: too long a name", name);
    snprintf(out, UN_STANDIN_NAME, "%s" HELD, name);
    return UN_OK;
}

/* --- what is there ---------------------------------------------------------------------------- */

typedef struct seen {
    bool there;
    char text[UN_STANDIN_TEXT];
    int64_t since;
} seen;

static un_status read_open(seen *out, int fd, const char *name, un_error *error) {
    struct stat found;
    if (un_os_fstat(fd, &found) != 0)
        return un_fail_system(error, errno, name, "cannot examine it");
    if (!un_is_our_file(&found))
        return un_fail(error, UN_FOREIGN, "%s: owned by somebody else or no regular file", name);
    ssize_t length = un_os_read(fd, out->text, sizeof out->text - 1);
    if (length < 0)
        return un_fail_system(error, errno, name, "cannot read it");
    out->there = true;
    out->text[length] = '\0';
    out->since = found.st_mtim.tv_sec;
    return UN_OK;
}

/* Opening it is what makes an NFS ask its server. ESTALE: it is another file meanwhile. */
static un_status look(seen *out, int dir, const char *name, un_error *error) {
    *out = (seen){0};
    int fd = un_os_open(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0)
        return errno == ENOENT || errno == ESTALE
                   ? UN_OK
                   : un_fail_system(error, errno, name, "cannot open it");
    un_status status = read_open(out, fd, name, error);
    un_os_close(fd);
    return status;
}

static bool is_left(const seen *found, const un_owner *self) {
    un_owner owner;
    return un_owner_read(&owner, found->text) && un_owner_is_gone(&owner, self);
}

static un_status fail_self(const char *name, un_error *error) {
    return un_fail_system(error, ENOLCK, name,
                          "cannot lock, and no file can stand in for the lock, for without /proc "
                          "nobody could tell whose it is" ELSEWHERE);
}

static un_status fail_busy(const seen *found, const char *name, un_error *error) {
    un_owner owner;
    const char *machine = strchr(found->text, ' ');
    if (!un_owner_read(&owner, found->text) || !machine)
        return un_fail(error, UN_BUSY, "%s: somebody holds this lock", name);
    return un_fail(error, UN_BUSY, "%s: process %d of %.*s holds this lock", name, (int)owner.pid,
                   (int)strcspn(machine + 1, " \n"), machine + 1);
}

/* --- taking ----------------------------------------------------------------------------------- */

/* Who takes what: the same in all that follows. */
typedef struct claimant {
    int dir;
    un_owner self;
    char text[UN_STANDIN_TEXT];
} claimant;

static un_status write_temporary(char temporary[UN_OWNER_TEMPORARY], const claimant *who,
                                 un_error *error) {
    if (!un_owner_temporary(temporary))
        return fail_self(NULL, error);
    int fd = un_os_open(who->dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (fd < 0)
        return un_fail_system(error, errno, NULL, "cannot create what stands in for a lock");
    size_t length = strlen(who->text);
    ssize_t written = un_os_write(fd, who->text, length);
    int sys = written < 0 ? errno : EIO;
    /* An NFS may say only now that the disk is full. */
    bool closed = un_os_close(fd) == 0;
    if (written == (ssize_t)length && closed)
        return UN_OK;
    if (written == (ssize_t)length)
        sys = errno;
    un_os_unlink(who->dir, temporary);
    return un_fail_system(error, sys, NULL, "cannot write what stands in for a lock");
}

/* Puts it there by link or, replacing, by rename. *sys is what that said; whether it is there has
 * to be looked at. */
static un_status put(const claimant *who, const char *name, bool replacing, int *sys,
                     un_error *error) {
    char temporary[UN_OWNER_TEMPORARY];
    un_status status = write_temporary(temporary, who, error);
    if (status != UN_OK)
        return status;
    int result =
        replacing ? un_os_rename(who->dir, temporary, name) : un_os_link(who->dir, temporary, name);
    *sys = result == 0 ? 0 : errno;
    if (!replacing || result != 0)
        un_os_unlink(who->dir, temporary);
    return UN_OK;
}

static void remove_own(const claimant *who, const char *name) {
    seen found;
    if (look(&found, who->dir, name, NULL) == UN_OK && strcmp(found.text, who->text) == 0)
        un_os_unlink(who->dir, name);
}

static un_status take(const claimant *who, const char *name, int depth, un_error *error);

/* UN_OK: it is ours, or *again: it was not as it had been. */
static un_status replace_left(const claimant *who, const char *name, bool *again, un_error *error) {
    seen found;
    int sys = 0;
    un_status status = look(&found, who->dir, name, error);
    *again = status == UN_OK && !(found.there && is_left(&found, &who->self));
    if (status != UN_OK || *again)
        return status;
    status = put(who, name, true, &sys, error);
    if (status == UN_OK)
        status = look(&found, who->dir, name, error);
    if (status == UN_OK && strcmp(found.text, who->text) != 0)
        status = un_fail_system(error, sys ? sys : EIO, name, "cannot replace what was left");
    return status;
}

static un_status take_over(const claimant *who, const char *name, int depth, bool *again,
                           un_error *error) {
    char second[UN_STANDIN_NAME];
    if (depth == DEPTH)
        return un_fail(error, UN_BUSY, "%s: left by a process that was killed; remove it", name);
    snprintf(second, sizeof second, "%s" HELD, name);
    un_status status = take(who, second, depth + 1, error);
    if (status != UN_OK)
        return status;
    status = replace_left(who, name, again, error);
    remove_own(who, second);
    return status;
}

/* One attempt. *again: it was gone, or replaced, when it was looked at. */
static un_status take_once(const claimant *who, const char *name, int depth, bool *again,
                           un_error *error) {
    seen found;
    int sys = 0;
    un_status status = put(who, name, false, &sys, error);
    if (status == UN_OK && sys == 0)
        return UN_OK;
    if (status == UN_OK)
        status = look(&found, who->dir, name, error);
    if (status != UN_OK || strcmp(found.text, who->text) == 0)
        return status;
    if (sys != EEXIST && sys != ENOENT) {
        char why[UN_MESSAGE];
        snprintf(why, sizeof why, "cannot lock, and no file can stand in for the lock (%s)%s",
                 strerror(sys), ELSEWHERE);
        return un_fail_system(error, ENOLCK, name, why);
    }
    *again = !found.there;
    if (!found.there)
        return sys == EEXIST ? UN_OK : un_fail_system(error, sys, name, "cannot create it");
    if (is_left(&found, &who->self))
        return take_over(who, name, depth, again, error);
    return fail_busy(&found, name, error);
}

static un_status take(const claimant *who, const char *name, int depth, un_error *error) {
    for (int i = 0; i < ATTEMPTS; i++) {
        bool again = false;
        un_status status = take_once(who, name, depth, &again, error);
        if (status != UN_OK || !again)
            return status;
    }
    return un_fail(error, UN_BUSY, "%s: it changes hands again and again", name);
}

/* --- what others see -------------------------------------------------------------------------- */

static void sign(claimant *who) {
    char owner[UN_OWNER_TEXT], machine[UN_OWNER_MACHINE];
    un_owner_write(owner, &who->self);
    un_owner_machine(machine);
    snprintf(who->text, sizeof who->text, "%s %s %016" PRIx64 "\n", owner, machine, un_os_random());
}

un_status un_standin_try(un_standin *out, int dir, const char *name, un_error *error) {
    claimant who = {.dir = dir};
    un_standin held = {.held = true, .by = getpid()};
    un_status status = name_of(held.name, name, error);
    if (status == UN_OK && !un_owner_self(&who.self))
        status = fail_self(name, error);
    if (status != UN_OK)
        return status;
    sign(&who);
    held.dir = un_os_open(dir, ".", O_RDONLY | O_DIRECTORY, 0);
    if (held.dir < 0)
        return un_fail_system(error, errno, name, "cannot open the directory of the lock");
    memcpy(held.text, who.text, sizeof held.text);
    status = take(&who, held.name, 1, error);
    if (status == UN_OK)
        *out = held;
    else
        un_os_close(held.dir);
    un_error_file(error, un_slice_of(status == UN_OK ? "" : name));
    return status;
}

un_status un_standin_probe(int dir, const char *name, un_error *error) {
    char held[UN_STANDIN_NAME];
    un_owner self;
    seen found;
    un_status status = name_of(held, name, error);
    if (status == UN_OK && !un_owner_self(&self))
        status = fail_self(name, error);
    if (status == UN_OK)
        status = look(&found, dir, held, error);
    if (status == UN_OK && found.there && !is_left(&found, &self))
        status = fail_busy(&found, held, error);
    return status;
}

static void forget(un_standin *held) {
    if (held->held)
        un_os_close(held->dir);
    *held = (un_standin){.dir = -1};
}

void un_standin_part(un_standin *held) {
    seen found;
    for (int i = 0; held->held && i < PATIENCE; i++) {
        if (look(&found, held->dir, held->name, NULL) != UN_OK ||
            strcmp(found.text, held->text) != 0)
            break;
        un_os_sleep(1000000);
    }
    forget(held);
}

void un_standin_release(un_standin *held) {
    claimant who = {.dir = held->dir};
    memcpy(who.text, held->text, sizeof who.text);
    if (held->held && held->by == getpid())
        remove_own(&who, held->name);
    forget(held);
}

/* The parent may have ended, so what is there may be taken for left, and be replaced by others. */
static un_status adopt(const claimant *who, const un_standin *held, un_error *error) {
    seen found;
    int sys;
    un_status status = look(&found, who->dir, held->name, error);
    if (status == UN_OK && strcmp(found.text, held->text) != 0)
        status = fail_busy(&found, held->name, error);
    if (status == UN_OK)
        status = put(who, held->name, true, &sys, error);
    if (status == UN_OK)
        status = look(&found, who->dir, held->name, error);
    if (status == UN_OK && strcmp(found.text, who->text) != 0)
        status = un_fail_system(error, sys ? sys : EIO, held->name, "cannot replace the parent's");
    return status;
}

un_status un_standin_adopt(un_standin *held, un_error *error) {
    claimant who = {.dir = held->dir};
    char second[UN_STANDIN_NAME];
    un_status status = un_owner_self(&who.self) ? UN_BUSY : fail_self(held->name, error);
    sign(&who);
    snprintf(second, sizeof second, "%.*s" HELD, (int)(sizeof second - sizeof HELD), held->name);
    for (int i = 0; status == UN_BUSY && i < ATTEMPTS; i++) {
        if (i > 0)
            un_os_sleep(1000000);
        status = take(&who, second, 2, error);
    }
    if (status == UN_OK) {
        status = adopt(&who, held, error);
        remove_own(&who, second);
    }
    if (status != UN_OK) {
        forget(held);
        return status;
    }
    held->by = who.self.pid;
    memcpy(held->text, who.text, sizeof held->text);
    return status;
}

un_status un_standin_holder(un_holder *out, int dir, const char *name, un_error *error) {
    char held[UN_STANDIN_NAME];
    un_owner owner, self;
    seen found;
    *out = (un_holder){0};
    un_status status = name_of(held, name, error);
    if (status == UN_OK)
        status = look(&found, dir, held, error);
    if (status == UN_OK && !found.there)
        status = un_fail_system(error, ENOENT, held, "nobody holds it");
    if (status != UN_OK)
        return status;
    out->since = found.since;
    if (un_owner_read(&owner, found.text)) {
        const char *machine = strchr(found.text, ' ');
        out->pid = owner.pid;
        out->near = un_owner_self(&self) && un_owner_is_near(&owner, &self);
        snprintf(out->machine, sizeof out->machine, "%.*s",
                 machine ? (int)strcspn(machine + 1, " \n") : 0, machine ? machine + 1 : "");
    }
    return UN_OK;
}
