/* The person, who wants to hear nothing for a while: of an environment (lua/upnudge/record/choices.lua, snooze) or of
 * all (record/everywhere.lua). */

#define SNOOZE 2
byte asleep_from, asleep_until;         /* choices.json */
byte all_asleep_from, all_asleep_until; /* snoozed.json */

/* runtime/snooze.lua, ends(): while it lasts, and if it has begun by that clock */
#define ASLEEP(from, until, t) ((until) > (t) && PAST(from, t) != NEVER)

proctype Person(byte me) {
    byte at;
    {
        /* runtime/service.lua, snooze(): host.now() */
        atomic { at = now };
        if
        :: /* choices.lua, try_change(): waits for its lock, two seconds at most, then gives up */
           if
           :: atomic { lock[CHOICES] == FREE -> lock[CHOICES] = me };
              /* directory:replace(files.CHOICES, …), which is a rename */
              atomic { asleep_from = at; asleep_until = at + SNOOZE };
              atomic { lock[CHOICES] = FREE }
           :: skip
           fi
        :: /* everywhere.lua, snooze(): a rename without a lock */
           atomic { all_asleep_from = at; all_asleep_until = at + SNOOZE }
        fi
    } unless { gone[me] };
    d_step { at = 0 }
}
