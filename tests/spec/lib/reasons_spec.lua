--- The list of codes, and that the sources use these and no others. That each is answered is in house/reasons_spec.

local command = require "command"
local reasons = require "upnudge.lib.reasons"

--- Where codes stand as literals: files, and what surrounds one or a choice of them.
local PLACES <const> = {
    { "lua/upnudge/runtime/*.lua lua/upnudge/cli/*.lua lua/upnudge/language/*.lua policies/*.lua", "%f[%w]code = (\"[^,}\n]+)" },
    { "lua/upnudge/checker/*.lua", ", (\"[%l-]+\")\n" },
    { "lua/upnudge/cli/check.lua", ", (\"[%l-]+\")\n" },
    { "lua/upnudge/language/init.lua lua/upnudge/language/decide.lua", "%f[%w]code = (%l[^,}\n]+)" },
    { "lua/upnudge/runtime/notice.lua lua/upnudge/runtime/claim.lua lua/upnudge/runtime/snooze.lua "
        .. "lua/upnudge/runtime/person.lua lua/upnudge/runtime/check.lua lua/upnudge/runtime/init.lua "
        .. "lua/upnudge/runtime/service.lua",
        "%f[%w]quiet%((\"[%l-]+\"),", "%f[%w]failed%((\"[%l-]+\"),", "%f[%w]refused%((\"[%l-]+\"),",
        "%f[%w]%l+%(runtime.closed and ([^,]+)," },
    { "lua/upnudge/runtime/init.lua lua/upnudge/runtime/service.lua lua/upnudge/runtime/overview.lua "
        .. "lua/upnudge/runtime/project.lua "
        .. "lua/upnudge/runtime/forget.lua lua/upnudge/runtime/call.lua",
        "return nil,[^\n]-, (\"[%l-]+\")\n" },
    { "lua/upnudge/runtime/status.lua", "status.code, status.reason = true, (\"[%l-]+\")" },
    { "lua/upnudge/runtime/init.lua", "limits.APP%), (\"[%l-]+\")\n" },
    { "lua/upnudge/cli/*.lua", "fail%([^\n]-, (\"[%l-]+\")%)" },
    { "lua/command/*.c", 'code\\":(\\"[%l-]+\\")' },
    { "lua/upnudge/runtime/cause.lua", "[^=]= (\"[%l-]+\")", "or (\"[%l-]+\")" },
    { "lua/upnudge/runtime/check.lua", "try_fail%b()", "self%.try_fail, %l+, (\"[%l-]+\")" },
    { "lua/upnudge/language/init.lua", "decision.code = ([^\n]+)" },
    { "lua/upnudge/language/silence.lua", "GIVEN%[code%]([^\n]+)" },
    { "lua/upnudge/lib/raised.lua", "1, true%)(.-)\n" },
}

--- Every literal at such a place, by the file where it was found.
local function used()
    local found = {}
    for _, place in ipairs(PLACES) do
        for path in command.must('cd "$root" && ls ' .. place[1]):gmatch "%S+" do
            local source = command.read(command.root .. "/" .. path)
            for i = 2, #place do
                for part in source:gmatch(place[i]) do
                    for name in part:gsub("\\", ""):gmatch '"([%l-]+)"' do
                        found[name] = path
                    end
                end
            end
        end
    end
    return found
end

describe("the list of codes", function()
    it("has each once, with its number, what it means and when to ask again", function()
        local names = {}
        for number, reason in ipairs(reasons.list) do
            assert.equal(number, reason.number, reason.name)
            assert.is_truthy(reason.name:find "^%l[%l-]*%l$", reason.name)
            assert.is_nil(names[reason.name], reason.name)
            assert.is_truthy(reason.means:find "^%u.*%.$", reason.name)
            assert.is_truthy(reasons.AGAIN[reason.again], reason.name)
            names[reason.name] = true
        end
    end)

    it("is what the sources use, all of it and nothing else", function()
        local found, listed = used(), {}
        for _, reason in ipairs(reasons.list) do
            listed[reason.name] = true
            assert.is_truthy(found[reason.name] or reason.of_rules, reason.name .. " is used nowhere")
        end
        for name, path in pairs(found) do
            assert.is_true(listed[name], ("%s uses '%s', which is not in the list"):format(path, name))
        end
    end)

    it("is the enum of C, with what each means", function()
        local body = command.read(command.root .. "/lua/api/upnudge.h"):match "\ntypedef enum upnudge_reason (%b{})"
        local lines = {}
        for means, name, number in body:gmatch "/%* (.-) %*/%s+UPNUDGE_REASON_([%u_]+) = (%d+)" do
            lines[#lines + 1] = ("%s %s: %s"):format(number, name, means:gsub("%s*\n%s*%*%s*", " "))
        end
        local expected = { "0 NONE: Nothing was answered yet, or nothing failed." }
        for _, reason in ipairs(reasons.list) do
            expected[#expected + 1] = ("%d %s: %s"):format(reason.number, reason.name:upper():gsub("-", "_"), reason.means)
        end
        assert.same(expected, lines)
    end)

    it("knows which ones a rule may give, as the language does", function()
        local given = command.read(command.root .. "/lua/upnudge/language/silence.lua"):match "local GIVEN <const> = (%b{})"
        local known = assert(load("return " .. given))()
        local choices = {}
        for _, choice in ipairs(require "upnudge.language.schema".rule.code.choices) do
            choices[choice] = true
        end
        for _, reason in ipairs(reasons.list) do
            assert.equal(reason.of_rules, known[reason.name], reason.name)
            assert.equal(reason.of_rules, choices[reason.name], reason.name)
        end
    end)

    it("is no part of what an activation may load", function()
        for _, product in ipairs { "upnudge", "libupnudge", "core" } do
            local source = command.read(("%s/%s/modules/%s.c"):format(command.root, command.build, product))
            assert.is_truthy(source:find("upnudge.lib.duration", 1, true), product)
            assert.is_nil(source:find("upnudge.lib.reasons", 1, true), product)
        end
        assert.is_nil(command.must(command.lua .. [[ -e 'local u = require "upnudge"
            local runtime = assert(u.open { state_dir = "/nowhere" })
            assert(runtime:notify("/", { tty = true }).code == "not-checked")
            assert(not package.loaded["upnudge.lib.reasons"] and u.reasons.list[1].name == "notified")']]):find "%S")
    end)
end)
