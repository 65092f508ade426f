--- Mutants of the ready-made policies, each of which answers somebody otherwise: verification catches every one.

local command = require "command"
local verification = require "upnudge.tools.verification"

local directory
-- Those of which it is known that they are.
local clean = {}

setup(function()
    directory = command.directory()
end)

teardown(function()
    command.remove(directory)
end)

local function findings(source, options, first)
    local path = directory .. "/policy.lua"
    command.write(path, source)
    local found, message = verification.verify(path, { effort = "bounded", fix_within = options.fix_within,
        max_per_week = options.max_per_week, first = first })
    return assert(found, message).findings
end

--- Asserts that each change of the policy is caught, and the policy itself is clean.
local function catches(name, changes, options)
    local source = command.read("policies/" .. name .. ".lua")
    local asked = name .. tostring(options and options.fix_within) .. tostring(options and options.max_per_week)
    if not clean[asked] then
        assert.are.same({}, findings(source, options or {}), name)
        clean[asked] = true
    end
    for _, change in ipairs(changes) do
        local mutant, count = source:gsub(change[1], change[2], 1)
        assert.are.equal(1, count, name .. ": " .. change[1])
        assert.is_truthy(findings(mutant, options or {}, true)[1], ("%s survives %s -> %s"):format(name, change[1], change[2]))
    end
    return #changes
end

--- What may happen to a guard that asks for a field: it goes, is turned round, never holds, misspells or miscompares.
local function of_guard(rule, condition, field)
    return { { '    u%.rule "' .. rule .. '" {.-\n    },\n', "" }, { "return " .. condition .. " end",
        "return not (" .. condition:gsub("%%", "") .. ") end" }, { "return " .. condition .. " end", "return false end" },
        { "return " .. condition .. " end", "return c.host." .. field .. "x end" },
        { "return " .. condition .. " end", "return c.host." .. field .. " == 1 end" } }
end

local COMMAND <const> = 'c%.host%.mode == "command"'

describe("verification", function()
    it("catches what may become of the guards of default and flox", function()
        local count = 0
        for _, guard in ipairs { of_guard("ci", "c%.host%.ci", "ci"), of_guard("agent", "c%.host%.agent", "agent"),
            of_guard("command", COMMAND, "mode"), of_guard("active", "c%.host%.active", "active"),
            of_guard("nobody", "not c%.host%.tty", "tty") } do
            count = count + catches("default", guard)
        end
        count = count + catches("flox", of_guard("command", COMMAND, "mode"))
            + catches("flox", of_guard("active", "c%.host%.active", "active"))
        assert.are.equal(35, count)
    end)

    it("catches words that there are not, and rules that hide others", function()
        catches("default", { { '"command" end', '"comand" end' }, { '"command" end', '"command" or "in-place" end' } })
        catches("flox", { { 'mode ~= "in%-place"', 'mode ~= "in_place"' }, { "versions %+", "version +" },
            { "rebuilds == 0", "rebuilds >= 0" } })
        catches("major-only", { { "security == 0", "security >= 0" }, { "c%.result%.major %+ c%.result%.security",
            "c.result.majro" }, { "u%.text%.levels%(c%)", "u.text.levels()" } })
        catches("team", { { " and c%.result%.security %+ c%.result%.exposed == 0", "" }, { "c%.result%.rebuilds", "c.result.rebuild" },
            { "c%.result%.rebuilds == c%.result%.total", "c.result.versions == 0" }, { "exposed == 0", "exposed < 0" },
            { "return c%.result%.rebuilds ==", "return c.result.total >= 0 or c.result.rebuilds ==" } })
        catches("security-first", { { "> 0", "< 0" }, { "result%.security", "result.secure" } })
        catches("stateless-hint", { { 'hint ~= "" and hint', "hint.x.y and hint" } })
    end)

    it("catches what comes too late or too often", function()
        catches("default", { { "u%.once { of = { security = true } }", "u.never()" },
            { "u%.once { of = { security = true } }", 'u.every "1w"' }, { '    u%.rule "security" [^\n]*\n', "" },
            { "of = { security = true }", 'of = { security = true, name = "curl" }' } }, { fix_within = 86400 })
        catches("default", { { 'u%.every "1w"', 'u.every "1d"' }, { 'u%.every "1w"', "u.always()" } },
            { max_per_week = 3 })
    end)
end)
