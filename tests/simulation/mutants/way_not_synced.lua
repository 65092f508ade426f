return {
    what = "directories are not synced whose entries lead to a first result",
    violated = "no result is lost",
    strategy = "stateless",
    among = "check",
    module = "upnudge.record.blobs",
    changes = {
        { [=[
        ok, message = require "upnudge.record.home".make_lasting(record.disk, record.directory_path)
]=],
            "" },
    },
}
