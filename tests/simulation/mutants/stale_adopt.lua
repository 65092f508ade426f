return {
    what = "who hears of something newer adopts it and decides from what he knew before",
    violated = "one notice in a window",
    strategy = "separate-lock",
    among = "activation",
    module = "upnudge.runtime.claim",
    changes = {
        { [=[
        options.remember(seen)
]=],
            "" },
    },
}
