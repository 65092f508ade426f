/* The record and its check: lua/upnudge/record/write.lua, blobs.lua, lua/upnudge/runtime/check.lua.
 *
 * A record is replaced by a rename (core/os/atomic.c, un_atomic_commit), so each is an inode of its own, and
 * who has opened one before keeps that. */

#define INODES 5
byte last_in[INODES], result_in[INODES] = 0, named; /* `named`: which one bears the name record.json */
byte inodes = 1;
byte blobs = 2; /* bit n: those of result n */
byte upstream = 1;

/* un_atomic_commit(): rename; whoever looks finds the old one or the new one. */
inline replace_record(last, result) {
    d_step {
        last_in[inodes] = last;
        result_in[inodes] = result;
        named = inodes;
        inodes++;
        no_result_is_lost = result >= newest;
        what_a_record_names_is_there = (blobs >> result) & 1;
        newest = result
    }
    printf("the check renames file %d to record.json: last told at %d, result %d\n", named, last, result);
    assert(no_result_is_lost);
    assert(what_a_record_names_is_there)
}

proctype Check(byte me) {
    byte before, found, last, result, noted;
    {
        /* runtime/check.lua, settle(): obstacle() reads the record, before the lock */
        atomic { before = result_in[named]; noted = file_last[0] };
        /* acquire(): directory:lock(), tried (core/os/lock.c, un_lock_try); "busy" */
        atomic {
            if
            :: lock[CHECK] == FREE -> lock[CHECK] = me
            :: else -> goto over
            fi
        };
        /* begin(): obstacle() again; another check may just have finished, which is "fresh" */
        atomic {
            if
            :: result_in[named] != before -> goto free
            :: else
            fi
        };
        /* The dry upgrade: what others have released by now; or it fails. */
        atomic {
            if
            :: upstream++; found = upstream
            :: found = 0
            fi
        };
#ifdef CHECK_FREED_EARLY
        atomic { lock[CHECK] = FREE };
#endif
#ifndef RECORD_FIRST
        /* put_blobs(): what the record will name is there before it */
        atomic { if :: found -> blobs = blobs | (1 << found) :: else fi };
#endif
        /* strategy.commit_check() is record:commit() with all four; write.lua, merge(): record:read() again,
           and all members that the check does not set stay: so does `last_notified`, and a failed check
           (try_fail) keeps the result. */
        atomic { last = last_in[named]; result = (found -> found : result_in[named]);
            printf("the check reads file %d: last told at %d, result %d\n", named, last, result_in[named]) };
        /* merge(): directory:replace(files.RECORD, text, true) */
        atomic { replace_record(last, result) };
#ifdef RECORD_FIRST
        atomic { if :: found -> blobs = blobs | (1 << found) :: else fi };
#endif
#ifdef WRITES_BACK
        /* what the check read when it began, and no lock */
        atomic { file_last[0] = noted; file_version[0]++ };
#endif
        /* blobs.tidy(): those that no record names */
        atomic { blobs = 1 << result_in[named] };
free:
        /* Check:abort() */
        atomic { if :: lock[CHECK] == me -> lock[CHECK] = FREE :: else fi };
over:
        skip
    } unless { gone[me] };
    d_step { before = 0; found = 0; last = 0; result = 0; noted = 0 }
}
