--- Hostile policies, made up: each is loaded and asked twice in VMs of their own, which must give the same answer, and
--- takes no more than 20 ms of processor time on top of a normal activation.

local command = require "command"
local effort = require "effort"
local policy = require "upnudge.policy"

-- Units of tests/effort.lua, each about a millisecond; sanitizers are slow.
local MOST <const> = command.sanitised and 1000 or 20

local FACTS <const> = { now = 1800000000, env = { name = "e", path = "/e" }, history = {},
    result = { total = 1, versions = 1, rebuilds = 0, changed = 0, added = 0, removed = 0, major = 1, minor = 0,
        patch = 0, security = 0, fingerprint = "f", since = 1, checked_at = 1 },
    host = { app = "t", tty = true, ci = false, system = "x86_64-linux", mode = "activate", active = false } }

local STATEMENTS <const> = {
    "while true do end", "local s = 'x' while true do s = s .. s end", "local t = {} while true do t[#t + 1] = {} end",
}

local path

--- What an activation makes of the policy: its answer or the reason why there is none, as one text.
local function activate()
    local loaded, message = policy.load { name = "p", path = path }
    if not loaded then
        return "not loaded: " .. message
    end
    local decision, fault = loaded:ask { now = FACTS.now, env = FACTS.env, result = FACTS.result, history = {},
        host = FACTS.host }
    loaded:close()
    return decision and ("%s %s %s"):format(decision.notify, decision.reason, decision.text) or "no answer: " .. fault
end

local function run()
    path = os.tmpname()
    command.write(path, ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", rules = { u.rule "r" { '
        .. 'when = function(c) %s end, quiet = "x" } } }'):format(STATEMENTS[math.random(#STATEMENTS)]))
    local answer = effort.within("an activation", MOST, activate)
    local again = activate()
    os.remove(path)
    assert(answer == again, "another answer the second time: " .. answer .. "\n" .. again)
end

return { name = "policies", cases = 100, run = run }
