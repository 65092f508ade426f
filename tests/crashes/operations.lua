--- The operations that write, each with what is there before it and what it promises.

local command = require "command"

---@class upnudge.crashes.Operation
---@field name string
---@field before? fun(world: upnudge.crashes.World) what was done before, all of which is on the disk
---@field killed? {run: string, call: string, path: string} what was begun then, and killed after its last call of that
---kind to such a path, so that nothing of it need be on the disk
---@field after? fun(world: upnudge.crashes.World) what is done then, which changes no file that is kept
---@field is_gone? boolean whether the environment is gone, and all that is kept of it has to go
---@field elsewhere? boolean whether it is known in a database, too, who was told
---@field of_person? boolean whether a person is told of all environments together
---@field run string a script in which "traced" stands before the real program
---@field lasts? "record"|"choices" what a power cut cannot take back once the program has ended
---@field may_forget? boolean whether it may take the time of the last notice, as the documentation says
---@field repeats? boolean whether every activation speaks, by design
---@field says_once? boolean whether a result is told once and never again
---@field spared? table<string, string> paths whose sync this operation could do without, and why it is there

local CHECK <const> = 'traced "$upnudge" check "$env" --max-age 0 --new "$work/upgrade.%d"'
local NOTIFY <const> = 'traced "$upnudge" notify "$env" --tty'

-- The way to what lasts may be as new as that is; here it was there before.
local WAY <const> = { [""] = "it may be new", state = "it may be new", ["state/upnudge"] = "it may be new",
    ["state/upnudge/default"] = "it may be new" }

local function checked(world)
    assert(world:check(1).outcome == "checked")
end

--- Somebody was told two days ago.
local function told(world)
    world.now = world.now - 2 * world.DAY
    checked(world)
    assert(world:notify().notify)
    world.now = world.now + 2 * world.DAY
end

-- Of another name, which is remembered beside the one before.
local OTHER <const> = ('rules = { u.rule "%s" { notify = u.every "1d" } }'):format(("other-"):rep(9))
local SQLITE <const> = 'strategy = "database", deadline = "1500ms"'

local function with(policy, before)
    return function(world)
        world:set_policy(policy)
        if before then
            before(world)
        end
    end
end

--- The same where a host names one directory for all.
local function in_one(before)
    return function(world)
        world.is_one = true
        if before then
            before(world)
        end
    end
end

---@type upnudge.crashes.Operation[]
return {
    { name = "the first check", run = CHECK:format(1), lasts = "record", spared = {
        ["cache/*/lockfiles"] = "each of the two files is synced with the folder by itself",
    } },
    { name = "a check with another result", before = told, run = CHECK:format(2), lasts = "record" },
    { name = "a check with the same result", before = told, run = CHECK:format(1), lasts = "record" },
    { name = "a check after one that was killed when it had written", before = told, run = CHECK:format(2),
        lasts = "record", killed = { run = CHECK:format(2), call = "write", path = "/lockfiles/" } },
    { name = "a check after one that was killed when it had committed", before = told, run = CHECK:format(2),
        lasts = "record", killed = { run = CHECK:format(2), call = "rename", path = "/%x+/%.%x+%.tmp$" } },
    { name = "the first check after one that was killed", run = CHECK:format(1),
        killed = { run = CHECK:format(1), call = "write", path = "/changes/" } },
    { name = "a check that fails", before = told, lasts = "record",
        run = '! traced "$upnudge" check "$env" --max-age 0 -- false' },
    { name = "the first notice, separate-lock", before = checked, run = NOTIFY, may_forget = true },
    { name = "a notice, separate-lock", before = told, run = NOTIFY },
    { name = "a notice, simple", before = with('strategy = "simple"', told), run = NOTIFY },
    { name = "a notice, stateless", before = with('strategy = "stateless"', checked), run = NOTIFY, repeats = true },
    { name = "a silence that stands", before = function(world)
        world:set_policy('strategy = "separate-lock"', 'rules = { u.rule "once" { notify = u.once() } }')
        told(world)
        -- No answer rests on what is younger.
        command.must "sleep 3.1"
    end, run = NOTIFY, says_once = true },
    { name = "the first choice of all", run = 'traced "$upnudge" snooze "$env" 3d', lasts = "choices" },
    { name = "the first snooze", before = checked, run = 'traced "$upnudge" snooze "$env" 3d', lasts = "choices",
        spared = WAY },
    { name = "a snooze", before = function(world)
        told(world)
        world:snooze(3600)
    end, run = 'traced "$upnudge" snooze "$env" 3d', lasts = "choices" },
    { name = "the end of a snooze", before = function(world)
        told(world)
        world:snooze(3600)
    end, run = 'traced "$upnudge" snooze "$env" --off', lasts = "choices" },
    { name = "ignoring a package", before = told, run = 'traced "$upnudge" ignore "$env" curl', lasts = "choices",
        spared = WAY },
    { name = "hearing nothing of any environment", before = told, lasts = "choices",
        run = 'traced "$upnudge" snooze --all 3d' },
    { name = "hearing of environments again", before = function(world)
        told(world)
        assert(not world:ask "snooze --all --json 3d".error)
    end, run = 'traced "$upnudge" snooze --all --off', lasts = "choices" },
    { name = "a snooze that takes all along from where earlier versions had it", before = function(world)
        told(world)
        world:snooze(3600)
        world:be_earlier()
    end, run = 'traced "$upnudge" snooze "$env" 3d', lasts = "choices", spared = WAY },
    { name = "a notice that takes all along", before = function(world)
        told(world)
        world:be_earlier()
    end, run = NOTIFY, spared = WAY },
    { name = "a notice by a policy that has changed", before = function(world)
        told(world)
        world:set_policy('strategy = "separate-lock"', OTHER)
    end, run = NOTIFY },
    { name = "a notice with a log that is full", before = function(world)
        told(world)
        world:fill_log()
    end, run = NOTIFY },
    { name = "a notice whose file is larger than a sector", before = function(world)
        told(world)
        world:widen(700)
    end, run = NOTIFY, may_forget = true },
    { name = "a notice whose file grows", before = function(world)
        told(world)
        world:widen(250)
        world:set_policy('strategy = "separate-lock"', OTHER)
    end, run = NOTIFY, may_forget = true },
    { name = "migrating to simple", before = told, run = 'traced "$upnudge" migrate --to simple' },
    { name = "migrating to separate-lock", before = with('strategy = "simple"', told),
        run = 'traced "$upnudge" migrate --to separate-lock', after = with 'strategy = "separate-lock"' },
    { name = "the first notice, database of SQLite", before = with(SQLITE, checked), run = NOTIFY, may_forget = true,
        elsewhere = true },
    { name = "a notice, database of SQLite", before = function(world)
        world:set_policy(SQLITE, 'rules = { u.rule "always" { notify = u.always() } }')
        told(world)
    end, run = NOTIFY, repeats = true },
    { name = "migrating to SQLite", before = told, elsewhere = true, after = with(SQLITE),
        run = 'traced "$upnudge" migrate --to "sqlite:$home/state/upnudge/default/upnudge.sqlite"' },
    { name = "collecting what is gone", before = function(world)
        told(world)
        world:snooze(3600)
    end, is_gone = true, run = 'mv "$env" "$work/moved"; cd "$work"; traced "$upnudge" gc' },
    { name = "the first check, in one directory", before = in_one(), run = CHECK:format(1), spared = {
        ["one/*/lockfiles"] = "each of the two files is synced with the folder by itself",
        ["one/*"] = "the way to a first result is not synced, for it can be made again",
    } },
    { name = "the first choice of all, in one directory", before = in_one(), lasts = "choices",
        run = 'traced "$upnudge" snooze "$env" 3d' },
    { name = "the first notice, in one directory", before = in_one(checked), run = NOTIFY, may_forget = true },
    { name = "forgetting, in one directory", before = in_one(told), run = 'traced "$upnudge" forget "$env"' },
    { name = "the first notice of a person", before = with('strategy = "separate-lock", scope = "person"', checked),
        run = NOTIFY, may_forget = true, of_person = true },
    { name = "a notice of a person", before = with('strategy = "separate-lock", scope = "person"', told), run = NOTIFY,
        of_person = true },
    { name = "forgetting", before = function(world)
        told(world)
        world:snooze(3600)
    end, run = 'traced "$upnudge" forget "$env"', spared = {
        ["state/*"] = "so that of an environment that is gone nothing is left of which nobody knows",
    } },
}
