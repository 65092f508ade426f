/* The database: lua/upnudge/strategy/database_question.lua and database_sql.lua, in a process of its own that is given
 * up when it is late. Its statement may still arrive when nobody listens any more.
 *
 * All clocks agree here; what is made of clocks that do not is tried with real servers by
 * tests/spec/strategy/database_spec.lua. */

#define NOT_SEEN 255
byte row_last, row_version; /* of version 0 there is none */

#define WON  1
#define TOLD 2
byte answer[PROCESSES], answer_last[PROCESSES], answer_now[PROCESSES], answer_version[PROCESSES];

proctype Question(byte me; byte seen; byte here) {
    byte last, version, at, tries;
again:
    /* ANSWERS.claim(): database:notice(), the row and the server's clock in one statement */
    atomic { last = row_last; version = row_version; at = now };
    /* is_up_to_date(): by the row's version, or where only this machine's file was seen, by its time; then
       database:claim(), one statement that compares the version and sets (Database:set) */
    atomic {
        if
        :: (seen != NOT_SEEN -> seen == version : last <= here) && tries < 3 ->
#ifdef ROW_NOT_COMPARED
            if
            :: true ->
#else
            if
            :: row_version == version ->
#endif
                d_step {
                    row_version++;
                    row_last = at;
                    one_notice_in_a_window = !(told_by_row != NEVER && at - told_by_row < WINDOW);
                    told_by_row = at
                }
                assert(one_notice_in_a_window);
                d_step { answer_last[me] = at; answer[me] = WON }
            :: else -> tries++; goto again
            fi
        :: else ->
            /* newer(): the later of both */
            d_step {
                answer_last[me] = (last >= here -> last : here);
                answer_now[me] = at;
                answer_version[me] = version;
                answer[me] = TOLD
            }
        fi;
        d_step { last = 0; version = 0; at = 0; tries = 0 }
    }
}
