--- Every fixture that has an `.expect` beside it is read as that file says:
---
---     format NAME                       then `skipped N`, where entries without a name were left out,
---                                       and a line for each package, in the file's order:
---     name<TAB>version<TAB>key=value…   every other field of the package, in any order
---
---     refused LINE:COLUMN WORDS         or `refused - WORDS`, where there is no place
---
--- And no reader falls over a fixture cut off at any byte.

local command = require "command"
local core = require "upnudge.core"
local lfs = require "lfs"

local FIXTURES <const> = "tests/fixtures"

local function fixtures()
    local found = {}
    for format in lfs.dir(FIXTURES) do
        local directory = FIXTURES .. "/" .. format
        if format:sub(1, 1) ~= "." and lfs.attributes(directory, "mode") == "directory" then
            for file in lfs.dir(directory) do
                local name = file:match "^(.+)%.expect$"
                found[#found + 1] = name and directory .. "/" .. name
            end
        end
    end
    table.sort(found)
    return found
end

local function line_of(package)
    local fields = {}
    for key, value in pairs(package) do
        if key ~= "name" and key ~= "version" then
            fields[#fields + 1] = key .. "=" .. tostring(value)
        end
    end
    table.sort(fields)
    return table.concat({ package.name, package.version, table.unpack(fields) }, "\t")
end

local function sorted(line)
    local words = {}
    for word in (line .. "\t"):gmatch "([^\t]*)\t" do
        words[#words + 1] = word
    end
    local fields = table.move(words, 3, #words, 1, {})
    table.sort(fields)
    return table.concat({ words[1], words[2] or "", table.unpack(fields) }, "\t")
end

local function expect_packages(lockfile, expected)
    local wanted, got = {}, {}
    for line in expected:gmatch "[^\n]+" do
        wanted[#wanted + 1] = #wanted == 0 and line or sorted(line)
    end
    got[1] = "format " .. lockfile:format()
    got[2] = lockfile:skipped() > 0 and sorted("skipped " .. lockfile:skipped()) or nil
    for _, package in ipairs(lockfile:packages()) do
        got[#got + 1] = line_of(package)
    end
    assert.are.same(wanted, got)
end

local function expect_refusal(path, message, expected)
    local place, words = expected:match "^refused (%S+) ([^\n]+)"
    assert.is_string(message, path .. " was accepted")
    local prefix = place == "-" and path .. ": " or path .. ":" .. place .. ": "
    assert.are.equal(prefix, message:sub(1, #prefix))
    assert.is_truthy(message:find(words, 1, true), message)
end

describe("fixture", function()
    for _, path in ipairs(fixtures()) do
        it(path:sub(#FIXTURES + 2) .. " is read as expected", function()
            local expected = command.read(path .. ".expect")
            local lockfile, message = core.parse(path, command.read(path))
            if expected:find "^refused " then
                assert.is_nil(lockfile)
                expect_refusal(path, message, expected)
            else
                assert.is_truthy(lockfile, message)
                expect_packages(lockfile, expected)
            end
        end)

        it(path:sub(#FIXTURES + 2) .. " may be cut off anywhere", function()
            local text = command.read(path)
            for length = 0, #text - 1 do
                local lockfile, message = core.parse(path, text:sub(1, length))
                assert.is_truthy(lockfile or message:sub(1, #path) == path)
            end
        end)
    end
end)

describe("the name of a file", function()
    local names = {}
    for _, format in ipairs(core.formats()) do
        names[#names + 1] = format.filenames[1]
    end

    for _, path in ipairs(fixtures()) do
        local expected = command.read(path .. ".expect")
        local format = expected:match "^format (%S+)"
        if format then
            it(("misleads nobody about %s"):format(path:sub(#FIXTURES + 2)), function()
                local bytes = command.read(path)
                for _, name in ipairs(names) do
                    local lockfile, message = core.parse("/srv/" .. name, bytes)
                    assert.is_truthy(lockfile, message)
                    assert.are.equal(format, lockfile:format(), name)
                end
            end)
        end
    end

    it("says what was meant where the content says nothing", function()
        for name, words in pairs {
            ["package-lock.json"] = "expected a value", ["Cargo.lock"] = "expected",
            ["go.sum"] = "expected: module version h1:hash",
            ["mix.lock"] = "expected '%{'", ["backup-of-go.mod"] = "",
        } do
            local lockfile, message = core.parse("/srv/" .. name, "~~~ nonsense\n")
            assert.is_nil(lockfile, name)
            assert.are.equal("/srv/" .. name .. ":1:1: ", message:sub(1, #name + 11), message)
            assert.is_truthy(message:find(words, 1, true), message)
        end
    end)
end)
