--- What libFuzzer plays of Lua (tests/fuzz/), without libFuzzer: the families bear their seeds, whole and damaged, and
--- say so where something is not as it should be. `make fuzz` looks for more.

local command = require "command"

local FAMILIES <const> = { "records", "changes", "notices", "choices", "logs", "remains", "policies" }
-- Cuts and changed bytes of each seed.
local DAMAGED <const> = 12

--- Plays the seeds of a family and what comes of them, after `fault` was done to the code. The code and what was said.
local function play(family, fault)
    local place <const> = command.directory()
    command.write(place .. "/play.lua", ([[
        package.path = ("%%s/tests/fuzz/?.lua;%%s/tests/?.lua;"):format(%q, %q) .. package.path
        local family, played = dofile(%q), 0
        local seeds = family.seeds()
        %s
        local function try(input)
            played = played + 1
            family.play(input)
        end
        for _, seed in ipairs(seeds) do
            try(seed)
            for i = 1, %d do
                local at = #seed * i // (%d + 1) + 1
                try(seed:sub(1, at))
                try(seed:sub(1, at - 1) .. string.char(seed:byte(at) ~ 1 << i %% 8) .. seed:sub(at + 1))
                try(family.mutate and family.mutate(seed, i) or "")
            end
        end
        io.write(played, " played")
    ]]):format(command.root, command.root, ("%s/tests/fuzz/%s.lua"):format(command.root, family), fault or "", DAMAGED, DAMAGED))
    local result = command.shell("FUZZ_PLACE=%s exec " .. command.lua:gsub("%%", "%%%%") .. " %s", place .. "/ground",
        place .. "/play.lua")
    command.remove(place)
    return result
end

--- As if a function did nothing, or something else.
local function replaced(module, name, body)
    return ("require(%q)[%q] = function(...) %s end"):format(module, name, body)
end

describe("the families of libFuzzer", function()
    for _, family in ipairs(FAMILIES) do
        it("bear their seeds, whole and damaged: " .. family, function()
            local result = play(family)
            assert.equal("", result.err)
            assert(tonumber(result.out:match "^(%d+) played$") > DAMAGED, result.out)
        end)
    end

    for _, mutant in ipairs {
        { "records", "upnudge.record.write", "merge", "return true", "was not set aside" },
        { "changes", "upnudge.record.changes", "encode", "return '{}'", "other changes after they were written again" },
        { "notices", "upnudge.record.claim", "tell", "", "told twice" },
        { "choices", "upnudge.record.choices", "joined", "return {}", "a choice was lost" },
        { "logs", "upnudge.record.decisions", "flush", "", "a decision was not written" },
        { "policies", "upnudge.policy", "load", "return nil, tostring({})", "another answer" },
    } do
        local family, module, name, body, words = table.unpack(mutant)
        it(("see what they are to see: %s without %s of %s"):format(family, name, module), function()
            local result = play(family, replaced(module, name, body))
            assert.not_equal(0, result.code)
            assert(result.err:find(words, 1, true), result.err)
        end)
    end
end)
