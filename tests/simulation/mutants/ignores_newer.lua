return {
    what = "a claim writes over what is newer than what it was decided from",
    violated = "one notice in a window",
    strategy = "separate-lock",
    among = "activation",
    module = "upnudge.record.claim",
    changes = {
        { "elseif seen and (present ~= seen.bytes or there.value.last_notified ~= seen.value.last_notified) then",
            "elseif false then" },
    },
}
