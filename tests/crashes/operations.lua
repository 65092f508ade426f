--- The operations that write, each with what is there before it and what it promises.

---@class upnudge.crashes.Operation
---@field name string
---@field before? fun(world: upnudge.crashes.World) what was done before, all of which is on the disk
---@field run string a script in which "traced" stands before the real program
---@field lasts? "record"|"choices" what a power cut cannot take back once the program has ended
---@field may_forget? boolean whether it may take the time of the last notice, as the documentation says
---@field repeats? boolean whether every activation speaks, by design
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

local function with(policy, before)
    return function(world)
        world:set_policy(policy)
        if before then
            before(world)
        end
    end
end

---@type upnudge.crashes.Operation[]
return {
    { name = "the first check", run = CHECK:format(1), spared = {
        ["cache/*/lockfiles"] = "each of the two files is synced with the folder by itself",
        ["cache/*"] = "the way to a first result is not synced, for it can be made again",
    } },
    { name = "a check with another result", before = told, run = CHECK:format(2), lasts = "record" },
    { name = "a check with the same result", before = told, run = CHECK:format(1), lasts = "record" },
    { name = "a check that fails", before = told, lasts = "record",
        run = '! traced "$upnudge" check "$env" --max-age 0 -- false' },
    { name = "the first notice, separate-lock", before = checked, run = NOTIFY, may_forget = true },
    { name = "a notice, separate-lock", before = told, run = NOTIFY },
    { name = "a notice, simple", before = with('strategy = "simple"', told), run = NOTIFY },
    { name = "a notice, stateless", before = with('strategy = "stateless"', checked), run = NOTIFY, repeats = true },
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
    { name = "forgetting", before = function(world)
        told(world)
        world:snooze(3600)
    end, run = 'traced "$upnudge" forget "$env"', spared = {
        ["state/*"] = "so that of an environment that is gone nothing is left of which nobody knows",
    } },
}
