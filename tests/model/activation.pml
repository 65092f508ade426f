/* The activation: lua/upnudge/runtime/notice.lua and claim.lua, lua/upnudge/record/notified.lua and claim.lua, and the
 * strategies in lua/upnudge/strategy/. */

#define SIMPLE        1
#define SEPARATE_LOCK 2
#define STATELESS     3
#define DATABASE      4
byte policy = STRATEGY;

#define ROUNDS 4 /* of runtime/claim.lua */
#define TORN   255

/* record/notified.lua, with_record(): what the record says counts where it is newer. */
#define BELIEVED(at, t) PAST(at, t)
#define TOGETHER(file, record, t) (BELIEVED(record, t) > BELIEVED(file, t) -> (record) : (file))

/* Who has the right to a notice: `taken` is when he took it, and who was told before he began is known. */
inline wins() {
    printf("activation %d shows its notice\n", me);
    d_step {
        no_time_is_lost = !(told_before != NEVER && taken - told_before < WINDOW);
        no_notice_while_asleep = !(awake_from > taken);
        if
        :: strategy == SEPARATE_LOCK && !SWITCHES ->
            one_notice_in_a_window = !(told != NEVER && taken - told < WINDOW)
#ifdef ALSO_SIMPLE
        :: strategy == SIMPLE ->
            one_notice_in_a_window = !(told != NEVER && taken - told < WINDOW)
#endif
        :: else
        fi;
        told = (taken > told -> taken : told)
    }
#ifndef TIME_MAY_BE_LOST
    assert(no_time_is_lost);
#endif
    assert(no_notice_while_asleep);
    assert(one_notice_in_a_window)
}

/* The file keeps its size and is overwritten by one write (record/claim.lua, store; lua/bind/directory.c), during which
   a reader without the lock may see both halves; the first is put there by a rename. */
inline store(last) {
    if
    :: atomic { file_version[machine] == 0 -> file_last[machine] = last; file_version[machine]++ }
    :: atomic { file_version[machine] != 0 -> writing[machine] = true };
       atomic { file_last[machine] = last; file_version[machine]++; writing[machine] = false }
    fi
}

proctype Activation(byte me; byte machine) {
    byte strategy, asked_at, record_last, seen_last, seen_version, there_last, round, taken, stamp, opened;
    byte row_seen = NOT_SEEN, told_before, awake_from, found;
    {
        /* notice.lua, prepare(): the clock of the activation. `told_before` is no step of it. */
        atomic {
            strategy = policy;
#if LOOKS_AT_TIME
            told_before = told;
#endif
#if PERSONS
            awake_from = (asleep_until > all_asleep_until -> asleep_until : all_asleep_until);
#endif
            asked_at = now
        };
#if SWITCHES
        /* What several activations of `simple` do to each other is looked at without switches. */
        atomic {
            if
            :: strategy == SIMPLE && simple_was_used -> goto over
            :: strategy == SIMPLE && !simple_was_used -> simple_was_used = true
            :: else
            fi
        };
#endif
        /* prepare(): record:choices(), and snooze.silence() */
#if PERSONS
        atomic { if :: ASLEEP(asleep_from, asleep_until, asked_at) -> goto over :: else fi };
#endif
        /* announceable(): record:read() */
        atomic { record_last = last_in[named]; found = result_in[named] };
        if
        :: strategy == STATELESS -> goto claim
        :: else
        fi;
        /* with_history(): strategy.read(), notified.read(): no lock. Broken counts as never. */
        atomic {
            if
            :: writing[machine] -> seen_version = TORN; seen_last = TOGETHER(NEVER, record_last, asked_at)
            :: else -> seen_version = file_version[machine];
                seen_last = TOGETHER(file_last[machine], record_last, asked_at)
            fi
        };
#ifndef OLD_CLOCK
        /* with_history(): the clock once more: what is known by now is past, however long we were stopped. */
        atomic { asked_at = now };
#endif
decide:
        /* settle(): the policy, here u.every(WINDOW) */
        atomic { if :: IS_DUE(seen_last, asked_at) :: else -> goto over fi };
claim:
        /* runtime/claim.lua, settle(): snooze.everywhere(), in each round */
#if PERSONS
        atomic { if :: ASLEEP(all_asleep_from, all_asleep_until, asked_at) -> goto over :: else fi };
#endif
        if
        :: strategy == STATELESS ->
            /* strategy/stateless.lua, claim(): always */
            atomic { said[me]++; one_notice_for_each_activation = said[me] <= 1; assert(one_notice_for_each_activation) };
            goto over
        :: strategy == SIMPLE ->
            /* strategy/simple.lua, claim(): notice.clock(), and then record:overwrite_last_notified() */
            atomic { taken = now; printf("activation %d wants to tell at %d\n", me, taken) };
            /* directory_overwrite(): open() … */
            atomic { opened = named; printf("activation %d opens the record, which is file %d\n", me, opened) };
#ifdef WHOLE_RECORD
            atomic { replace_record(taken, found) };
#else
            /* … and write(): the digits, in the file that was opened */
            atomic { last_in[opened] = taken; printf("activation %d writes %d into file %d\n", me, taken, opened) };
#endif
            atomic { wins() };
            goto over
        :: else
        fi;
        /* record/claim.lua, acquire(): directory:lock(), tried; "busy" is silence */
        atomic {
#ifdef WAITS
            lock[NOTIFIED + machine] == FREE -> lock[NOTIFIED + machine] = me; taken = now
#else
            if
            :: lock[NOTIFIED + machine] == FREE -> lock[NOTIFIED + machine] = me; taken = now
            :: else -> goto over
            fi
#endif
        };
        /* update(): clock(), under the lock */
#ifdef CLOCK_BEFORE_LOCK
        stamp = asked_at;
#else
        atomic { stamp = now };
#endif
#ifdef NOT_READ_AGAIN
        skip;
#else
        /* update(): directory:read(), notified.interpret() with the record as last read, and the comparison */
        atomic {
            there_last = TOGETHER(file_last[machine], record_last, stamp);
            if
            :: file_version[machine] != seen_version || there_last != seen_last ->
                seen_version = file_version[machine];
                seen_last = there_last;
                row_seen = NOT_SEEN;
                goto newer
            :: else
            fi
        };
#endif
#ifdef FREED_EARLY
        atomic { lock[NOTIFIED + machine] = FREE };
#endif
        if
        :: strategy == SEPARATE_LOCK ->
            /* change() is claims.tell(); store() */
            store(stamp);
            atomic { wins() }
        :: else ->
            /* strategy/database.lua, ask(): inquire(); it may be late at any time */
            atomic { answer[me] = 0; run Question(me, row_seen, seen_last) };
            if
            :: atomic { answer[me] == WON -> stamp = answer_last[me]; taken = stamp };
               store(stamp);
               atomic { wins() }
            :: atomic { answer[me] == TOLD ->
                   seen_last = answer_last[me]; asked_at = answer_now[me]; row_seen = answer_version[me] };
               store(seen_last);
               atomic { seen_version = file_version[machine]; lock[NOTIFIED + machine] = FREE };
               goto again
            :: /* without_database(): put_off(), and what is known stays */
               store(file_last[machine])
            fi
        fi;
        /* `lock <close>` */
        atomic { if :: lock[NOTIFIED + machine] == me -> lock[NOTIFIED + machine] = FREE :: else fi };
        goto over;
newer:
        /* `lock <close>`, then claim.lua, settle(): the clock, remember(), and the policy again, four rounds at most */
        atomic { lock[NOTIFIED + machine] = FREE };
        atomic { asked_at = now };
again:
        atomic {
            round++;
            if
            :: round == ROUNDS -> goto over
            :: else
            fi
        };
#ifdef IGNORES_NEWER
        goto claim;
#else
        goto decide;
#endif
over:
        skip
    } unless { gone[me] };
    d_step {
        strategy = 0; asked_at = 0; record_last = 0; seen_last = 0; seen_version = 0; there_last = 0; round = 0;
        taken = 0; stamp = 0; opened = 0; row_seen = 0; told_before = 0; awake_from = 0; found = 0
    }
}
