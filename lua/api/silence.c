#include "silence.h"
#include "argument.h"
#include "core/os/os.h"
#include "lua/bind/evidence.h"
#include "reason.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A power of two. */
#define KEPT 64
/* Seconds. */
#define LONGEST 60

typedef struct silence {
    un_digest asked, rests;
    int64_t since, until, next_at, times, last;
    upnudge_reason code;
    /* In one piece of memory, which begins with the environment. */
    char *environment, *subject, *reason, *rule, *names;
    size_t names_length;
} silence;

struct un_silences {
    un_digest asked; /* what is asked just now */
    int64_t now;     /* seconds UTC, of that question */
    const char *environment;
    bool is_asked;
    char subject[PATH_MAX];
    un_evidence evidence;
    silence kept[KEPT];
};

un_silences *un_silences_new(void) {
    int sys = errno;
    un_silences *made = calloc(1, sizeof *made);
    errno = sys;
    return made;
}

void un_silences_free(un_silences *s) {
    for (size_t i = 0; s && i < KEPT; i++)
        free(s->kept[i].environment);
    free(s);
}

static silence *place_of(un_silences *s) {
    unsigned digit = 0, place = 0;
    for (int i = 0; i < 2; i++) {
        digit = (unsigned char)s->asked.hex[i];
        place = place * 16 + (digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return &s->kept[place % KEPT];
}

/* The canonical path of what is asked about. */
static bool find_subject(un_silences *s) {
    int fd;
    bool found = un_evidence_subject(s->subject, &fd, s->environment);
    if (fd >= 0)
        un_os_close(fd);
    return found;
}

static bool look_again(un_silences *s, const silence *kept) {
    un_digest rests;
    return find_subject(s) && strcmp(s->subject, kept->subject) == 0 &&
           un_evidence_again(&rests, kept->names, kept->names_length) &&
           memcmp(rests.hex, kept->rests.hex, UN_DIGEST_LENGTH) == 0;
}

static void give(const silence *kept, upnudge_notice *out) {
    out->notified = 0;
    out->text = NULL;
    out->reason = kept->reason;
    out->rule = kept->rule;
    out->next_at = kept->next_at;
    out->code = kept->code;
}

/* The question, as one digest; false: it is too long. At a made-up time it is another one than at
 * the clock's, and that time goes on as that does. */
static bool take_question(un_silences *s, const upnudge_activation *asked) {
    upnudge_activation question = *asked;
    question.now = asked->now != 0;
    s->now = asked->now ? asked->now : un_os_now(NULL);
    s->environment = asked->environment;
    return un_argument_digest(&s->asked, &un_argument_activation, &question) && !un_os_is_raised();
}

bool un_silences_recall(un_silences *s, const upnudge_activation *asked, upnudge_notice *out) {
    int sys = errno;
    bool holds = false;
    /* Whoever keeps evidence of his own remembers it himself. */
    if (s)
        s->is_asked = false;
    if (!s || un_evidence_is_on())
        return false;
    s->is_asked = take_question(s, asked);
    silence *kept = place_of(s);
    if (s->is_asked && kept->environment &&
        memcmp(kept->asked.hex, s->asked.hex, UN_DIGEST_LENGTH) == 0) {
        holds = kept->since <= s->now && s->now < kept->until && look_again(s, kept);
        if (holds)
            give(kept, out);
        if (holds && !asked->now) {
            kept->times++;
            kept->last = s->now;
        }
    }
    if (!holds && s->is_asked)
        s->is_asked = find_subject(s);
    if (!holds && s->is_asked)
        un_evidence_begin(&s->evidence, s->subject, asked->environment);
    errno = sys;
    return holds;
}

/* Copies a text and its end behind what is there. NULL stays NULL. */
static char *put(char **at, const char *text, size_t length) {
    char *from = *at;
    if (!text)
        return NULL;
    memcpy(from, text, length);
    from[length] = '\0';
    *at += length + 1;
    return from;
}

static size_t length_of(const char *text) {
    return text ? strlen(text) : 0;
}

static void keep(un_silences *s, silence *kept, const upnudge_notice *answer) {
    const un_evidence *e = &s->evidence;
    size_t environment = strlen(s->environment), subject = strlen(s->subject),
           reason = length_of(answer->reason), rule = length_of(answer->rule);
    char *at = malloc(environment + subject + reason + rule + e->length + 5);
    if (!at)
        return;
    kept->asked = s->asked;
    kept->rests = un_evidence_digest(e);
    kept->next_at = answer->next_at;
    kept->code = answer->code;
    kept->names_length = e->length;
    kept->environment = put(&at, s->environment, environment);
    kept->subject = put(&at, s->subject, subject);
    kept->reason = put(&at, answer->reason, reason);
    kept->rule = put(&at, answer->rule, rule);
    kept->names = put(&at, e->names, e->length);
}

void un_silences_keep(un_silences *s, const upnudge_notice *answer, int64_t until) {
    int sys = errno;
    if (s && s->is_asked) {
        un_evidence_end();
        silence *kept = place_of(s);
        free(kept->environment);
        *kept = (silence){.since = s->now,
                          .until = until < s->now + LONGEST ? until : s->now + LONGEST};
        if (!answer->notified && until > s->now &&
            un_evidence_is_complete(&s->evidence, un_os_now(NULL)))
            keep(s, kept, answer);
    }
    errno = sys;
}

void un_silences_counted(un_silences *s, void (*tell)(void *context, const un_counted *counted),
                         void *context) {
    for (size_t i = 0; s && i < KEPT; i++) {
        silence *kept = &s->kept[i];
        un_counted counted = {kept->environment, un_reason_name(kept->code),
                              kept->rule,        kept->times,
                              kept->since,       kept->last};
        if (kept->environment && kept->times > 0)
            tell(context, &counted);
        kept->times = 0;
    }
}
