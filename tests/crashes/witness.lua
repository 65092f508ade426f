--- The witness: reads back what a power cut has left, and says what is wrong with it.
---
--- What counts is what upnudge says and does: the record is one that there was, whole, with all that it names; so are
--- the time of the last notice and what the person chose; an activation says what follows from those three and says it
--- once; the next check comes to what it would have come to anyway; and then nothing is there that would not be there
--- without the cut.

local blobs = require "upnudge.record.blobs"
local cjson = require "cjson"
local core = require "upnudge.core"
local cuts = require "crashes.cuts"
local persons = require "upnudge.record.person"

local M = {}

-- The upgrade that nothing before has found, and seconds of a snooze that nobody else chose.
local NEXT <const>, SNOOZE <const> = 4, 5000

--- What is known of the environment, as words that can be compared.
---@class upnudge.crashes.Look
---@field record string
---@field last string when somebody was told
---@field choices string
---@field value? table the record
---@field told? integer
---@field chosen upnudge.Choices
---@field is_silenced boolean whether the person wants to hear of no environment
---@field fault? string

-- The time of a notice is looked at by itself; the list of changes has its members in another order each time; and a
-- lockfile has no stamp while it is younger than two seconds.
local APART <const> = { last_notified = true, details = true, stamp = true }
-- Since when something is known, which another record may have told, and when it was looked at.
local SINCE <const> = { since = true, first_seen = true, last_checked = true }

--- A value as a text that does not depend on the order of members, of which some are left out.
local function words(value, apart)
    if type(value) ~= "table" then
        return tostring(value)
    end
    local list = {}
    for key, member in pairs(value) do
        list[#list + 1] = not APART[key] and not (apart and apart[key]) and ("%s=%s"):format(key, words(member, apart))
            or nil
    end
    table.sort(list)
    return "{" .. table.concat(list, ",") .. "}"
end

local function fault_of_blobs(record, value)
    for _, member in ipairs { "old", "new", "details" } do
        local bytes, message = nil, nil
        if value[member] then
            bytes, message = blobs.read(record, value, member)
        end
        if value[member] and not bytes then
            return ("torn: of the record's '%s': %s"):format(member, message)
        end
    end
    local details = value.details and cjson.decode((blobs.read(record, value, "details")))
    if details and (details.old ~= value.old or details.new ~= value.new) then
        return "torn: the changes are those between other lockfiles"
    end
end

---@param world upnudge.crashes.World
---@param operation upnudge.crashes.Operation
---@return upnudge.crashes.Look
local function look(world, operation)
    return world:with_record(function(record, runtime)
        local value, why, code = record:read()
        local whose = operation.of_person and persons.open(core, runtime.places, false) or record
        local seen, message = runtime:strategy().read(whose, world.now)
        local told, chosen = seen and seen.history.last_notified, record:choices()
        local everywhere = require "upnudge.record.everywhere".read(runtime.places)
        local fault = not value and code ~= "not-found" and "the record cannot be read: " .. why
            or not seen and "the last notice cannot be read: " .. message
            or value and fault_of_blobs(record, value)
        return { record = value and words(value) or "none", last = tostring(told),
            choices = words { chosen, everywhere }, value = value, told = told, chosen = chosen,
            is_silenced = everywhere ~= nil, fault = fault or nil }
    end)
end

---@class upnudge.crashes.Expected what was there at some time, and what comes after it in any case
---@field record table<string, boolean>
---@field last table<string, boolean>
---@field choices table<string, boolean>
---@field final upnudge.crashes.Look when all was done
---@field names table<string, boolean> what is there after the next check and so on
---@field after string the record then

--- What an activation has to say.
local function notice_of(world, operation, found)
    local value, chosen = found.value, found.chosen
    local _, counts = next(value and value.systems or {})
    local is_quiet = not counts or counts.total == 0 or found.is_silenced
        or chosen.snoozed_until and chosen.snoozed_until > world.now
        or operation.says_once and found.told
        or not operation.repeats and found.told and world.now - found.told < world.DAY
    return not is_quiet and ("%d of %d"):format(counts.total, value.last_checked) or nil
end

--- What comes after a cut where the environment is gone: what is kept is collected, and a week later what is nobody's.
local function end_of(world, say)
    local now = world.now
    for _, later in ipairs { 0, 8 * world.DAY } do
        world.now = now + later
        for _, failure in ipairs(world:collect().failed) do
            say("what is kept cannot be collected: " .. failure.reason)
        end
    end
    world.now = now
end

--- What comes after a cut: two activations, a check, and the person's choice. Adds what is wrong.
local function go_on(world, operation, say)
    local found = look(world, operation)
    local said, expected = world:notify(), notice_of(world, operation, found)
    if operation.elsewhere and said.code == "not-due" then
        expected = nil
    end
    if said.text ~= expected and not (found.chosen.ignore and said.text and expected) then
        say(("an activation says %s (%s) in place of %s"):format(said.text, said.reason, expected))
    end
    local again = world:notify()
    if again.notify and not operation.repeats then
        say "an activation says again what was said just now"
    end
    local check = world:check(NEXT)
    if check.outcome ~= "checked" then
        say("the next check fails: " .. check.reason)
    end
    local ok, message = pcall(world.snooze, world, SNOOZE)
    if not ok then
        say("nobody can snooze it: " .. message)
    end
    local then_ = look(world, operation)
    if then_.fault then
        say("after the next check: " .. then_.fault)
    end
    if ok and then_.chosen.snoozed_until ~= world.now + SNOOZE then
        say "a snooze is forgotten"
    end
    local collected = world:collect()
    if collected.failed[1] then
        say("what is kept cannot be collected: " .. collected.failed[1].reason)
    end
    local quiet = world:notify()
    if quiet.notify then
        say "an activation speaks in spite of a snooze"
    end
    if not world:has_logged(quiet) then
        say "what was decided is not in the log"
    end
    -- When the snooze is over, and everybody who was told has been told long ago.
    world.now = world.now + 8 * world.DAY
    local spoken = world:notify()
    if not spoken.notify and not operation.elsewhere then
        say("a week later an activation says nothing: " .. spoken.reason)
    end
    world.now = world.now - 8 * world.DAY
    return then_, said
end

--- What is wrong with a file when all is in order again; nil: nothing.
local function fault_of_file(world, path, bytes)
    local name = path:match "[^/]*$"
    if name == "about.txt" and not path:find("/.person/", 1, true) then
        return bytes ~= world.env and "it names another path" or nil
    elseif name:find "%.json$" or name:find "^%x+%-%x+$" then
        local ok, message = pcall(cjson.decode, bytes)
        return not ok and message or nil
    end
end

--- A path as it is whoever wrote it: lists of changes have their members in another order each time, and so another
--- digest. There is one of them.
local function path_of(above, name)
    return above:find "/changes/$" and above .. "*" or above .. name
end

--- Adds the paths of a tree.
local function add_names(names, tree, above)
    for name, inner in pairs(tree) do
        names[path_of(above, name)] = true
        if type(inner) == "table" then
            add_names(names, inner, above .. name .. "/")
        end
    end
end

--- Adds what cannot be read in a tree, and what would not be there without a cut.
local function look_around(world, tree, names, say, above)
    if above:find "/changes/$" and next(tree, (next(tree))) then
        say("left for good: one list of changes more")
    end
    for name, inner in pairs(tree) do
        local path = path_of(above, name)
        local shown = path:gsub("%x%x%x%x%x%x%x%x%x%x+", "*")
        if not names[path] then
            say("left for good: " .. shown)
        end
        if type(inner) == "table" then
            look_around(world, inner, names, say, above .. name .. "/")
        else
            local fault = fault_of_file(world, path, inner)
            if fault then
                say(("damaged for good: %s: %s"):format(shown, fault))
            end
        end
    end
end

--- What is left where nobody is cut off: by each call, and at the end.
---@param world upnudge.crashes.World
---@param operation upnudge.crashes.Operation
---@param seen upnudge.crashes.Tree[] after each call
---@return upnudge.crashes.Expected
function M.expect(world, operation, seen)
    -- A command collects once a week; the runtime does it here.
    local expected = { record = {}, last = {}, choices = {}, names = { ["cache/upnudge/default/.collected"] = true,
        ["one/.collected"] = true } }
    local known = {}
    for _, tree in ipairs(operation.is_gone and {} or seen) do
        local digest = cuts.digest(tree)
        if not known[digest] then
            known[digest] = true
            world:restore(tree)
            local found = look(world, operation)
            assert(not found.fault, found.fault)
            expected.record[found.record], expected.last[found.last] = true, true
            expected.choices[found.choices], expected.final = true, found
        end
    end
    for _, tree in ipairs { seen[1], seen[#seen] } do
        world:restore(tree)
        if operation.is_gone then
            end_of(world, error)
        else
            local after = words(go_on(world, operation, error).value, SINCE)
            assert(not expected.after or expected.after == after, "a check does not always come to the same")
            expected.after = after
        end
        add_names(expected.names, world:tree(), "")
    end
    return expected
end

local function judge_look(operation, state, found, expected, say)
    if found.fault then
        say(found.fault)
    end
    for _, what in ipairs { "record", "last", "choices" } do
        local forgiven = what == "last" and found.last == "nil" and operation.may_forget
        if not expected[what][found[what]] and not forgiven then
            say(("'%s' is none that there was: %s"):format(what, found[what]))
        end
    end
    local lasting = operation.lasts
    if state.is_last and lasting and found[lasting] ~= expected.final[lasting] then
        say(("'%s' is not there, though all was done"):format(lasting))
    end
end

--- The same by the real program: it says what this process said, checks, and leaves no more than that.
---@param world upnudge.crashes.World
---@param operation upnudge.crashes.Operation
---@param state upnudge.crashes.State
---@param expected upnudge.crashes.Expected
---@param said upnudge.Decision what the first activation of this process said
---@return string[] faults
function M.judge_program(world, operation, state, expected, said)
    local faults = {}
    local function say(text)
        faults[#faults + 1] = "the program: " .. text
    end
    world:restore(state.tree)
    local told = world:ask 'notify "$env" --tty --json'
    if told.error or told.text ~= said.text then
        say(("an activation says %s, and in the runtime %s"):format(told.error or told.text, said.text))
    end
    local checked = world:ask(('check "$env" --json --max-age 0 --new "$work/upgrade.%d"'):format(NEXT))
    if checked.outcome ~= "checked" then
        say("the next check fails: " .. (checked.error or checked.reason))
    end
    local snoozed, collected = world:ask 'snooze "$env" 1h --json', world:ask "gc --json"
    if snoozed.error or collected.error then
        say(snoozed.error or collected.error)
    end
    local after = look(world, operation)
    if after.fault or not after.chosen.snoozed_until then
        say(after.fault or "a snooze is forgotten")
    end
    look_around(world, world:tree(), expected.names, say, "")
    return faults
end

--- What is wrong with a state; nothing where that list is empty.
---@param world upnudge.crashes.World
---@param operation upnudge.crashes.Operation
---@param state upnudge.crashes.State
---@param expected upnudge.crashes.Expected
---@return string[] faults
---@return upnudge.Decision? what the first activation said
function M.judge(world, operation, state, expected)
    local faults = {}
    local function say(text)
        faults[#faults + 1] = text
    end
    local said
    if operation.elsewhere then
        -- A database has a clock of its own, from which that of a slow run would be further and further away.
        world.now = os.time()
    end
    world:restore(state.tree)
    if operation.is_gone then
        end_of(world, say)
    else
        judge_look(operation, state, look(world, operation), expected, say)
        local after
        after, said = go_on(world, operation, say)
        if words(after.value, SINCE) ~= expected.after then
            say "the next check leaves another record"
        end
    end
    look_around(world, world:tree(), expected.names, say, "")
    return faults, said
end

return M
