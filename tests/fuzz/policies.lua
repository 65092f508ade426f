--- Policies: the source text of one, which is loaded and asked; twice, in VMs of their own, with the same answer. An
--- activation under it does what its explanation says.

local core = require "upnudge.core"
local ground = require "ground"
local policy = require "upnudge.policy"

local M = {}

-- Longer than any reason that is kept.
local LONGEST_REASON <const> = 1 << 20

local FACTS <const> = { now = ground.NOW, env = { name = "webshop", path = ground.env }, history = {},
    result = { total = 4, versions = 3, rebuilds = 1, changed = 0, added = 0, removed = 0, major = 1, minor = 1,
        patch = 1, security = 1, fingerprint = "f", since = 1, checked_at = 1 },
    host = { app = "t", tty = true, ci = false, system = "x86_64-linux", mode = "activate", active = false,
        lang = "de_DE.UTF-8" } }

--- Ready-made ones and their tests, and one rule of each kind.
function M.seeds()
    local seeds = { ground.read(ground.policy) }
    for _, name in ipairs(core.builtins "policy") do
        seeds[#seeds + 1] = ground.read(("policies/%s.lua"):format(name))
    end
    for _, rule in ipairs { 'notify = u.on { day = { "Mon", "Thu" }, from = 9, to = 17 }', "notify = u.once()",
        'notify = u.backoff { first = "2h", factor = 3, max = "20d" }', 'when = u.hours { from = 18, to = 8 }, quiet = "x"',
        'notify = u.escalate { { notify = u.every "3d" }, { after = 2, notify = u.every "1d" } }',
        'when = u.dates { "01-20..02-03", "03-01" }, quiet = "freeze"', 'notify = u.every("4d", { own = true })',
        'when = function(c) return #c.result.packages > 1 end, notify = u.always()' } do
        seeds[#seeds + 1] = ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", extends = "default", '
            .. 'text = function(c) return u.text.summary(c) .. u.text.packages(c, 3) .. u.text.hint(c) end, '
            .. 'rules = { u.rule "r" { %s } } }\n'):format(rule)
    end
    return seeds
end

local PACKAGES <const> = { { name = "ant", from = "1.0", to = "2.0", kind = "upgraded", level = "major", system = "x86_64-linux" } }

local function look_up(what)
    return what == "packages" and PACKAGES or what == "utc_offset" and 0 or nil
end

local function answer()
    local loaded, reason = policy.load { name = "p", path = ground.input }
    if not loaded then
        return "not loaded", reason
    end
    local decision, fault = loaded:ask { now = FACTS.now, env = FACTS.env, result = FACTS.result, look_up = look_up,
        history = FACTS.history, known = FACTS.history, host = FACTS.host }
    loaded:close()
    if not decision then
        return "no answer", fault
    end
    return ("%s %s %s"):format(decision.notify, decision.text, decision.next_at), decision.reason
end

function M.play(input)
    ground.reset()
    ground.write(ground.input, input)
    local first, reason = answer()
    local again, reason_again = answer()
    assert(reason ~= "" and #reason <= LONGEST_REASON, "no reason for people")
    assert((reason .. reason_again):find(ground.BY_CLOCK, 1, true) or first == again and reason == reason_again,
        ("another answer: %s: %s\n%s: %s"):format(first, reason, again, reason_again))
    -- To ask it in an activation takes longer; of those that are loaded, one in four is.
    if first ~= "not loaded" and core.hash(input):find "^[0-3]" then
        ground.ask_under(ground.input)
    end
end

return M
