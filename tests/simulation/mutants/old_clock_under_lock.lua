return {
    what = "a check looks at the record by a clock from before its lock",
    violated = "no check is repeated",
    strategy = "separate-lock",
    among = "check fresh",
    module = "upnudge.runtime.check",
    changes = {
        { [=[
    now = options.now or runtime.host.now()
]=],
            "" },
    },
}
