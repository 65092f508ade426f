return {
    what = "the time that is written is that from before the lock",
    violated = "one notice in a window, no time is lost",
    strategy = "separate-lock",
    among = "activation",
    module = "upnudge.record.claim",
    changes = {
        { "local directory <close>, message, code = home_for(record, rehearsed)",
            [=[
local early = clock and clock()
    local directory <close>, message, code = home_for(record, rehearsed)]=] },
        { "return update(record, directory, seen, change, rehearsed, clock and clock())",
            "return update(record, directory, seen, change, rehearsed, early)" },
    },
}
