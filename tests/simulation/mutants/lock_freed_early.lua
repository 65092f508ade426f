return {
    what = "the lock of the notice is freed before the write",
    violated = "one notice in a window",
    strategy = "separate-lock",
    among = "activation",
    module = "upnudge.record.claim",
    changes = {
        { "local _held <close> = not rehearsed and lock or nil",
            "if not rehearsed then lock:release() end" },
    },
}
