return {
    what = "a decision goes by a clock from before what it knows of past notices",
    violated = "one notice in a window",
    strategy = "separate-lock",
    among = "activation",
    module = "upnudge.runtime.notice",
    changes = {
        { "question.record, question.now = record, read_clock()",
            "question.record = record" },
    },
}
