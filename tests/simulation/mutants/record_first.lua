return {
    what = "what a record names is written after it",
    violated = "what a record names is there",
    strategy = "stateless",
    among = "check",
    module = "upnudge.runtime.check",
    changes = {
        { [=[
    local named, message = self:put_blobs(new_bytes, outcome)
]=],
            [=[
    local named, message = { old = self.known.bytes, new = core.hash(new_bytes), details = core.hash(outcome.details) }
]=] },
        { [=[
    -- For the activations. What fails is done by them.
]=],
            [=[
    self:put_blobs(new_bytes, outcome)
]=] },
    },
}
