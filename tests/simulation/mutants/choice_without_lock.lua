return {
    what = "two who choose at once do not exclude each other",
    violated = "no choice is lost",
    strategy = "stateless",
    among = "snooze ignore",
    module = "upnudge.record.choices",
    changes = {
        { "local lock <close>, why, what = directory:lock(files.CHOICES_LOCK, PATIENCE)",
            [=[
local lock <close>, why, what = directory:lock(files.CHOICES_LOCK, PATIENCE)
    if lock then lock:release() end]=] },
    },
}
