return {
    what = "a lock is had though somebody holds it",
    violated = "one notice in a window, no result is lost, what a record names is there, nothing fails without a cause",
    strategy = "separate-lock",
    among = "check",
    wrong = "open lock",
}
