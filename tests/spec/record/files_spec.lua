--- The names of what is on disk stand in one place.

local command = require "command"
local files = require "upnudge.record.files"
local lfs = require "lfs"

--- Its names, without the limits.
local NAMES <const> = {}
for key, name in pairs(files) do
    if type(name) == "string" then
        NAMES[name] = key
    end
end

local function read(path)
    return assert(command.read(command.root .. "/" .. path), path)
end

--- The files below a directory of the sources that end so.
local function below(directory, ending, list)
    list = list or {}
    for name in lfs.dir(command.root .. "/" .. directory) do
        local path = directory .. "/" .. name
        if name ~= "." and name ~= ".." and lfs.attributes(command.root .. "/" .. path, "mode") == "directory" then
            below(path, ending, list)
        elseif name:sub(-#ending) == ending then
            list[#list + 1] = path
        end
    end
    return list
end

local function without_comments(text)
    return (text:gsub("%-%-[^\n]*", ""))
end

describe("what is on disk", function()
    it("has names that differ, each used by somebody", function()
        local all = {}
        for _, path in ipairs(below("lua/upnudge", ".lua")) do
            if path ~= "lua/upnudge/record/files.lua" then
                all[#all + 1] = without_comments(read(path))
            end
        end
        local code, count = table.concat(all), 0
        for key in pairs(files) do
            assert.is_truthy(code:find("%f[%w]files%." .. key .. "%f[^%w_]"), key)
            count = count + 1
        end
        assert.is_true(count >= 17, count)
        local names = 0
        for _ in pairs(NAMES) do
            names = names + 1
        end
        assert.equal(count - 6, names)
    end)

    it("is named by no other module, in no string of its code", function()
        for _, path in ipairs(below("lua/upnudge", ".lua")) do
            if path ~= "lua/upnudge/record/files.lua" then
                for text in without_comments(read(path)):gmatch '"([^"\n]*)"' do
                    for name in pairs(NAMES) do
                        local alone = text == name or text:sub(-#name - 1) == "/" .. name
                        -- These are words that mean something else, too.
                        local word = name == files.LOCKFILES or name == files.CHANGES or name == files.OUTPUT
                        assert.is_false(alone and not word, path .. " has " .. text)
                    end
                end
            end
        end
    end)

    it("is named in the pages as it is called", function()
        local block = read "lua/README.md":match "\n  KEY/record.json.-\n```" or ""
        local told = 0
        for line in block:gmatch "[^\n]+" do
            local listed = line:match "^  (.-)   " or line
            for name in (line:sub(1, 1) == "$" and "" or listed):gsub("KEY/", ""):gmatch "[%w./]+" do
                if name:find "[%a]%." or name:find "/" then
                    assert.is_truthy(NAMES[name] or NAMES[name:match "^(.*)/DIGEST$" or name:match "^(.*)%.RANDOM/$"
                        or name:match "^(.*)/FORMAT/$" or name:match "^(%.%l+)/$"]
                        or name == ".lock" .. files.STANDIN, name)
                    told = told + 1
                end
            end
        end
        assert.is_true(told >= 11, told)
        for _, page in ipairs { "README.md", "policies/README.md", "lua/README.md" } do
            for name in read(page):gmatch "`([%l_]+%.json[%.%l]*)`" do
                assert.is_truthy(NAMES[name], page .. " has " .. name)
            end
        end
    end)

    it("is written in the old log under the name that core gives it", function()
        assert.equal(files.DECISIONS .. ".old", files.OLD_DECISIONS)
        assert.equal(files.RECORD .. ".broken", files.BROKEN)
    end)
end)
