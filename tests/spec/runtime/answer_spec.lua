--- The shapes of what the commands print with --json: what a script may count on.

local answers = require "upnudge.runtime.answer"

describe("an answer", function()
    it("has its members in an order that stays, and none that is absent", function()
        assert.equal('{"schema":1,"error":"no","code":"usage"}', answers.fault("no", "usage"))
        assert.equal('{"schema":1,"notified":true,"reason":"new","rule":"r","text":"t","next_at":5}',
            answers.notice { notify = true, reason = "new", rule = "r", text = "t", next_at = 5, error = true, trace = {} })
        assert.equal('{"schema":1,"notified":false,"reason":"old"}', answers.notice { notify = false, reason = "old" })
        assert.equal('{"schema":1,"outcome":"checked","reason":"4 changes","changes":4}',
            answers.check { outcome = "checked", reason = "4 changes", changes = 4, path = "/e" })
        assert.equal('{"schema":1,"outcome":"checked","reason":"1 addition","changes":4,"waiting":{"total":1,"added":1}}',
            answers.check { outcome = "checked", reason = "1 addition", changes = 4, waiting = { total = 1, added = 1 } })
        assert.equal('{"schema":1,"outcome":"begun","check":"check-1","environment":"/e","lockfile":"/e/l"}',
            answers.check({ state = "begun", path = "/e", lockfile = "/e/l" }, "check-1"))
        assert.equal('{"schema":1,"environment":"/e","snoozed_until":5}', answers.snooze { environment = "/e", snoozed_until = 5 })
        assert.equal('{"schema":1,"environment":"/e"}', answers.snooze { environment = "/e" })
        assert.equal('{"schema":1,"environment":"/e","forgotten":false}', answers.removal { environment = "/e", forgotten = false })
        assert.equal('{"schema":1,"version":"1.2.3"}', answers.version "1.2.3")
        assert.equal('{"schema":1,"scheme":"semver","a":"1.0.0","b":"1.1.0","order":-1,"level":"minor"}',
            (answers.comparison("semver", "1.0.0", "1.1.0")))
    end)

    it("has lists that are lists, also where there is nothing in them", function()
        assert.equal('{"schema":1,"ignore":[]}', answers.ignored {})
        assert.equal('{"schema":1,"ignore":["a","b"]}', answers.ignored { "a", "b" })
        assert.equal('{"schema":1,"decisions":[{"at":5,"notified":true,"rule":"r","reason":"x"}]}',
            answers.decisions { { at = 5, notified = true, rule = "r", reason = "x" } })
        assert.equal('{"schema":1,"environment":"/e","total":0,"changes":[],"exposures":[]}',
            answers.changes { environment = "/e", total = 0, changes = {}, exposures = {} })
        assert.equal('{"schema":1,"environment":"/e","policy":"p","notified":false,"reason":"no","warnings":[],"rules":[]}',
            answers.explanation { environment = "/e", policy = "p", notified = false, reason = "no", warnings = {}, error = true })
        assert.equal('{"schema":1,"formats":[{"name":"n","title":"t","files":["f"],"syntax":"s","versions":"v"}]}',
            answers.formats({ { name = "n", title = "t", files = { "f" }, syntax = "s", versions = "v" } }, {}))
    end)

    it("leaves what it is given as it is", function()
        local report = { environment = "/e", policy = "p", notified = false, reason = "no", warnings = { "w" }, trace = {
            { rule = "r", matched = true, answer = "quiet" } } }
        assert.equal(answers.explanation(report), answers.explanation(report))
        assert.same({ "w" }, report.warnings)
    end)
end)
