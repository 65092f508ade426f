--- Files: the names and limits of everything that upnudge keeps on disk.
---
---     CACHE/                    one directory an app, mode 0700: what can be made again
---       KEY/record.json         what the last check found (see upnudge.record)
---       KEY/...                 the other files of one environment, named below
---       KEY/beside/FORMAT/...   the same of another one in the same directory, whose lockfile is of that format
---       .collected              when what is kept of environments that are gone was last removed
---       turn.lock               held by the check of all environments that runs because it was due
---     STATE/                    one more: what nobody can make again
---       KEY/...                 what a person chose and was told: the files of STATE, below
---       KEY/beside/FORMAT/...   the same of another one in the same directory
---       snoozed.json            until when the person wants to hear nothing of any environment
---       database.json           which database is known, to tell an empty one in its place
---       upnudge.sqlite          the database, where the policy names none
---       last-good/              the policy of each path that answered last, and which fault of one was told
---     .person/...               in each of the two, or beside the apps: what a person was told of all environments
---                               together (see upnudge.record.person)
---
--- A host may name one directory for both (see upnudge.runtime.places), and what has no other place is in one, too (see
--- upnudge.record.refuge).

return {
    --- The environments of the same directory that came later (see upnudge.record.siblings).
    BESIDE = "beside",
    --- In the place of a key: what is of all environments of a person (see upnudge.record.person). No app is called so.
    PERSON = ".person",
    RECORD = "record.json",
    --- A record that counts as none is set aside under this name.
    BROKEN = "record.json.broken",
    --- The directories of the two lockfiles and of the list of all changes, each named by its digest (see
    --- upnudge.record.blobs).
    LOCKFILES = "lockfiles",
    CHANGES = "changes",
    --- Where the changes were before, which nothing tied to the record. Not read any more.
    OLD_CHANGES = "changes.json",
    --- What the lockfile was last read as, for those that look whether it changed (see upnudge.record.content).
    CONTENT = "content.json",
    --- What is left of results without the packages that are ignored (see upnudge.record.ignored).
    LEFT = "left.json",
    --- Silences that hold until something changes (see lua/command/standing.h).
    STANDING = "standing",
    --- The last notice, and the lock of those who write it (see upnudge.record.notified).
    NOTIFIED = "notified.json",
    NOTIFIED_LOCK = "notified.lock",
    --- What the person chose, and its lock.
    CHOICES = "choices.json",
    CHOICES_LOCK = "choices.lock",
    --- What past activations decided; when it is full it becomes the old one.
    DECISIONS = "decisions.log",
    OLD_DECISIONS = "decisions.log.old",
    --- Held during a check, with times that tell of one that could leave no record (see upnudge.runtime.retry);
    --- standard error of the last detached one.
    CHECK_LOCK = "check.lock",
    --- Beside each of the three locks while it is held, on a file system that has none (see core/os/standin.h).
    STANDIN = ".held",
    CHECK_LOG = "check.log",
    --- Where a dry upgrade may write: directories that are called so and something random, one for each check (see
    --- core/os/scratch.h), and what it may write there. Gone when the check ends, or with the next one.
    OUTPUT = "output",
    UPGRADED = "upgraded.lock",
    SECURITY = "security.txt",
    SECURITY_NEW = "security-new.json",
    --- The copy of the project in which a checker's tool runs.
    COPY = "copy",
    --- What a home is about: the canonical path of the environment, as it is.
    ABOUT = "about.txt",
    --- A home that is being made (directories that are called so and something random) and the lock of who makes one;
    --- in a home, that what stood elsewhere before may not be gone yet (see upnudge.record.home).
    MAKING = "making",
    MAKING_LOCK = "making.lock",
    MOVED = "moved.here",
    --- Beside the environments.
    SNOOZED = "snoozed.json",
    DATABASE = "database.json",
    SQLITE = "upnudge.sqlite",
    --- The files of policies that answered, and the fault of one that was told (see upnudge.record.good_policy and
    --- policy_fault).
    POLICIES = "last-good",
    POLICY_FAULT = "fault.json",
    POLICY_FAULT_LOCK = "fault.lock",
    --- Empty; its time says when what is kept of environments that are gone was last removed.
    COLLECTED = ".collected",
    --- Held by the one check of all environments that runs because it was due (see upnudge.runtime.due).
    TURN = "turn.lock",

    --- Bytes of the largest record, of the largest of the small files beside it, of a policy that is kept, of one
    --- decision log, of the longest list of changes that an activation reads, and of what a scanner says of a lockfile.
    RECORD_LIMIT = 1 << 18,
    LISTED_LIMIT = 1 << 19,
    REPORT_LIMIT = 1 << 24,
    SMALL_LIMIT = 65536,
    POLICY_LIMIT = 1 << 20,
    DECISIONS_LIMIT = 32768,
}
