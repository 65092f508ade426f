return {
    what = "fsync of a file is left out",
    violated = "a record is old or new, no result is lost, what a record names is there, nothing fails without a cause",
    strategy = "separate-lock",
    among = "check",
    wrong = "no file sync",
}
