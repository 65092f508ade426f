return {
    what = "the sync of the record is left out",
    violated = "a record is old or new, no result is lost, what a record names is there, nothing fails without a cause",
    strategy = "separate-lock",
    among = "check",
    module = "upnudge.record.write",
    changes = {
        { "return directory:replace(files.RECORD, text, true)",
            "return directory:replace(files.RECORD, text, false)" },
    },
}
