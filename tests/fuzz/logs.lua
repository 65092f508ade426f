--- Logs: what past activations decided, in decisions.log and, of silence that stands, in the file `standing`, and what is
--- told of both. How an activation reads the latter is a target of its own (standing.c).

local answers = require "upnudge.runtime.answer"
local files = require "upnudge.record.files"
local ground = require "ground"
local past = require "upnudge.record.past"
local report = require "upnudge.runtime.report"
local standing = require "upnudge.record.standing"

local M = {}

function M.seeds()
    return { ground.original(files.DECISIONS),
        "1799990000\tquiet\tdaily\tnot due\tnot-due\n1799990000\tnotified\t\tsaid\n",
        ("standing 1 0000000003 1799990000 1800003600 %s %s not-due daily\tf@ENV@/x\t\n"):format(("a"):rep(32), ("b"):rep(32)),
        "1\tquiet\tr\tx\tnot-due\tp=0123456789abcdef p\th=tcao\tl=de\tc=1\tn=2\tr=3 4\tz=3600\tg=a\ts=b\tm=c\ti=d\te=f\t@x=y\t$X=z\n" }
end

--- Each has a time, by which people see them in order.
local function told(entries)
    for _, entry in ipairs(entries) do
        assert(math.type(entry.at) == "integer", "an entry without a time")
    end
    answers.decisions(entries)
end

--- What an activation writes stands behind what was there, and both are read.
local function goes_on(before)
    ground.ask()
    ground.fresh()
    local after = past.decisions(ground.record())
    assert(after[#after] and after[#after].at == ground.NOW, "a decision was not written")
    assert(#after > #before or #before > 100, "decisions were lost")
end

function M.play(input)
    ground.reset()
    ground.write(ground.directory .. "/" .. files.DECISIONS, input)
    local decisions = past.decisions(ground.record())
    assert(#past.all(ground.record()) >= #decisions)
    told(decisions)
    ground.write(ground.directory .. "/" .. files.STANDING, input)
    told(standing.entries(ground.record()))
    report.of(ground.fresh(), ground.NOW, 30 * 86400)
    goes_on(decisions)
end

return M
