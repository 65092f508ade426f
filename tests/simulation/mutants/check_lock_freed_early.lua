return {
    what = "the lock of a check is freed before its commit",
    violated = "no result is lost, what a record names is there, nothing fails without a cause",
    strategy = "separate-lock",
    among = "check",
    module = "upnudge.runtime.check",
    changes = {
        { [=[
    local named, message = self:put_blobs(new_bytes, outcome)
]=],
            [=[
    self.lock:release()
    local function nothing() end
    self.lock = { release = nothing, note = nothing, noted = nothing }
    local named, message = self:put_blobs(new_bytes, outcome)
]=] },
    },
}
