return {
    what = "nothing is read again under the lock",
    violated = "one notice in a window",
    strategy = "separate-lock",
    among = "activation",
    module = "upnudge.record.claim",
    changes = {
        { "local bytes, unread, code = directory:read(FILE, files.SMALL_LIMIT)",
            [=[
local bytes, unread, code = seen and seen.bytes, nil, 'not-found'
    if not seen then bytes, unread, code = directory:read(FILE, files.SMALL_LIMIT) end]=] },
    },
}
