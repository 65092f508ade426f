--- Logs: what past activations decided, in decisions.log, and what is told of it.

local answers = require "upnudge.runtime.answer"
local files = require "upnudge.record.files"
local ground = require "ground"
local past = require "upnudge.record.past"
local report = require "upnudge.runtime.report"

local M = {}

function M.seeds()
    return { ground.original(files.DECISIONS),
        "1799990000\tquiet\tdaily\tnot due\tnot-due\n1799990000\tnotified\t\tsaid\n",
        "1\tquiet\tr\tx\tnot-due\tp=0123456789abcdef p\th=tcao\tl=de\tc=1\tn=2\tr=3 4\tz=3600\tg=a\ts=b\tm=c\ti=d\te=f\t@x=y\t$X=z\n" }
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
    answers.decisions(decisions)
    report.of(ground.fresh(), ground.NOW, 30 * 86400)
    goes_on(decisions)
end

return M
