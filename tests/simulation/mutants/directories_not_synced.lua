return {
    what = "fsync of a directory is left out",
    violated = "a record is old or new, no result is lost, what a record names is there, no choice is lost",
    strategy = "separate-lock",
    among = "check",
    wrong = "no directory sync",
}
