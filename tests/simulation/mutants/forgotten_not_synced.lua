return {
    what = "what a removed record named goes before its removal lasts",
    violated = "what a record names is there",
    strategy = "simple",
    among = "forget activation",
    module = "upnudge.record.removal",
    changes = {
        { [=[
    if ok then
        return directory:sync()
    end
]=],
            [=[
    if ok then
        return true
    end
]=] },
    },
}
