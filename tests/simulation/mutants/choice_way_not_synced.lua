return {
    what = "directories are not synced whose entries lead to a first choice",
    violated = "no choice is lost",
    strategy = "stateless",
    among = "snooze ignore",
    module = "upnudge.record.choices",
    changes = {
        { "if ok and not bytes and path then",
            "if false then" },
    },
}
