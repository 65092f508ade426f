return {
    what = "the sync of what a record names is left out",
    violated = "what a record names is there",
    strategy = "separate-lock",
    among = "check",
    module = "upnudge.record.blobs",
    changes = {
        { "folder:place(digest, bytes)",
            "folder:replace(digest, bytes, false)" },
    },
}
