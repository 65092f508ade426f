return {
    what = "an activation waits for the lock",
    violated = "nobody waits",
    strategy = "separate-lock",
    among = "activation",
    module = "upnudge.record.claim",
    changes = {
        { "local lock, why, code = take(directory, files.NOTIFIED_LOCK)",
            "local lock, why, code = take(directory, files.NOTIFIED_LOCK, 500)" },
    },
}
