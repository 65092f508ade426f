return {
    what = "an activation of simple writes the whole record",
    violated = "no result is lost, what a record names is there",
    strategy = "simple",
    among = "activation check",
    module = "upnudge.record",
    changes = {
        { [=[
return directory:overwrite(files.RECORD, last, ("%20d"):format(now))]=],
            [=[
return directory:replace(files.RECORD, bytes:sub(1, last) .. ("%20d"):format(now) .. bytes:sub(last + 21), true)]=] },
    },
}
