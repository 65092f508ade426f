--- A host that stays open and asks again and again: it is given what it was given before as long as nothing has changed.

local command = require "command"
local stage = require "stage"

-- Files that are younger may change unseen, and then nothing is remembered.
local OLD <const> = "sleep 3.1"

before_each(function()
    stage.set()
    command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new"'
end)

after_each(stage.strike)

local function policy(rule)
    return stage.policy(('{ api = 1, name = "p", rules = { u.rule "%s" { quiet = "x" } } }'):format(rule))
end

--- The rules that were answered, first without a script and then behind each.
local function rules(path, ...)
    local rules_of = {}
    local said = command.must('exec "$build/tests/host/again" "$state" "$env" %s ' .. command.words(...):gsub("%%", "%%%%"), path)
    for rule in said:gmatch "0 %d+ (%S+)\n" do
        rules_of[#rules_of + 1] = rule
    end
    return table.concat(rules_of, " ")
end

--- A script that puts another rule into the policy's file, in its place.
local function rename(path, from, to)
    return ("sed s/%s/%s/ %s >%s.part && mv %s.part %s"):format(from, to, command.quote(path), command.quote(path), command.quote(path),
        command.quote(path))
end

describe("a host that asks again", function()
    it("hears of a policy that has changed, be it after the first answer or after many", function()
        local path = policy "one"
        -- Whoever is the first to ask by it keeps it as one that is good, the first that finds the lockfile old enough writes
        -- that down, and neither remembers anything.
        for _ = 1, 2 do
            assert.equal("one", rules(path))
            command.must(OLD)
        end
        assert.equal("one two two two two three three",
            rules(path, rename(path, "one", "two"), OLD, ":", ":", rename(path, "two", "three"), ":"))
    end)

    it("hears of a record that is gone, and the log counts what it was given again", function()
        local path = policy "one"
        command.must(OLD)
        assert.equal("one one one one one -", rules(path, OLD, ":", ":", ":", 'rm "$(find "$state" -name record.json)"'))
        command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new"'
        local log = command.must('"$upnudge" explain "$env" --state-dir "$state" --policy %s --log', path)
        assert.is_truthy(log:find "one: x %(5 times since", log)
    end)
end)
