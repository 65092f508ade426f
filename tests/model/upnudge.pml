/* upnudge: how processes share what was told and what was found. tests/model/run.lua says what is looked at with which
 * STRATEGY, how many processes, and which mutant. */

#ifndef ACTIVATIONS
#define ACTIVATIONS 2
#endif
#ifndef CHECKS
#define CHECKS 1
#endif
#ifndef PERSONS
#define PERSONS 0
#endif
#ifndef SWITCHES
#define SWITCHES 0
#endif
#ifndef ENDINGS
#define ENDINGS 1
#endif
#ifndef LOOKS_AT_TIME
#define LOOKS_AT_TIME 0
#endif
#ifndef MACHINES
#define MACHINES 1
#endif
#define PROCESSES (ACTIVATIONS + CHECKS + PERSONS)

/* notified.json of each machine; of version 0 there is none. */
byte file_last[2], file_version[2];
byte told_by_row, said[ACTIVATIONS];
bool simple_was_used;

#include "world.pml"
#include "record.pml"
#include "person.pml"
#include "database.pml"
#include "activation.pml"

/* Somebody edits the policy: any strategy comes after any other but itself. */
proctype Author() {
    byte left = SWITCHES;
end:
    do
    :: left > 0 -> left--;
        if
        :: policy = SIMPLE
        :: policy = SEPARATE_LOCK
        :: policy = DATABASE
        fi
    od
}

init {
    atomic {
        byte i;
        result_in[0] = 1;
        for (i : 0 .. ACTIVATIONS - 1) {
            run Activation(i, (MACHINES == 2 && i == 1 -> 1 : 0))
        }
        for (i : ACTIVATIONS .. ACTIVATIONS + CHECKS - 1) {
            run Check(i)
        }
        for (i : ACTIVATIONS + CHECKS .. PROCESSES - 1) {
            run Person(i)
        }
        i = 0;
        run Clock();
        run Killer();
        if :: SWITCHES > 0 -> run Author() :: else fi
    }
}
