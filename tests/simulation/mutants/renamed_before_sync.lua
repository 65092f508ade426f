return {
    what = "a file is renamed before it is synced",
    violated = "a record is old or new, no result is lost, what a record names is there, nothing fails without a cause",
    strategy = "separate-lock",
    among = "check",
    wrong = "late sync",
}
