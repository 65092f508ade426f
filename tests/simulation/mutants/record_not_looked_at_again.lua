return {
    what = "a check does not look again when it has its lock",
    violated = "no check is repeated",
    strategy = "separate-lock",
    among = "check fresh",
    module = "upnudge.runtime.check",
    changes = {
        { "answer = obstacle(runtime, record, found, now, max_age) or in_vain(record, held, found, now, max_age)",
            "answer = in_vain(record, held, found, now, max_age)" },
    },
}
