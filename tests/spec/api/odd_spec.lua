--- Hosts in odd circumstances: each is told the same, and leaves the same bytes, as one in usual ones.

local command = require "command"
local core = require "upnudge.core"
local lfs = require "lfs"
local stage = require "stage"

local work, env, state
-- What a check commits.
local upgraded
local program = command.root .. "/" .. command.build .. "/tests/host/odd"

before_each(function()
    work, env, state = stage.set()
    upgraded = stage.NEW
end)

after_each(stage.strike)

--- The text whatever the order of its members, which differs from process to process.
local function unordered(text)
    local pieces = {}
    for piece in text:gmatch "[^,{}%[%]]+" do
        pieces[#pieces + 1] = piece
    end
    table.sort(pieces)
    return table.concat(pieces, ",")
end

--- All files below a directory, each as the hash of its bytes or, where they are short, as they are; without what
--- depends on how long ago the lockfile was written, the moment at which a policy was kept, and the
--- digest of a result in that order.
local function files_of(directory)
    local files = {}
    for path in command.must("mkdir -p %s && cd %s && find . -type f ! -name content.json", directory,
        directory):gmatch "[^\n]+" do
        local text = unordered((command.read(directory .. "/" .. path):gsub('"stamp":"[^"]*"', ""):gsub('"at":%d+', "")
            :gsub("(=result\t%d+\t)%x+", "%1")))
        files[path] = #text < 2000 and text or core.hash(text)
    end
    return files
end

--- What a host reports that starts with nothing, and the files that it leaves.
local function embed(circumstance, ...)
    local words = { program, work .. "/report", state, env, upgraded, circumstance, ... }
    os.remove(work .. "/report")
    local ended = command.shell("rm -rf \"$state\"; exec " .. ("%s "):rep(#words), table.unpack(words))
    local report = command.read(work .. "/report")
    if report:find "errno" then
        error(report, 2)
    elseif ended.code ~= 0 then
        error(("%s ended with %d: %s%s"):format(circumstance, ended.code, report, ended.err), 2)
    end
    return report, files_of(state)
end

describe("a host", function()
    it("in usual circumstances is told of a failure, of changes, and why nothing", function()
        local report, files = embed "usual"
        assert.is_truthy(report:find("begin too early: 5 the check failed 1 second ago", 1, true), report)
        assert.is_truthy(report:find("notify: 0 [1 security fix, 1 other version change and 1 rebuild", 1, true), report)
        assert.is_truthy(report:find("notify again: 0 [] [already said", 1, true), report)
        assert.is_truthy(next(files))
    end)

    it("that has closed descriptors 0 to 2 and prints to them finds nothing of it in our files", function()
        local usual, files = embed "usual"
        for mask = 1, 7 do
            local report, left = embed("closed", mask)
            assert.equal(usual, report, "closed: " .. mask)
            assert.same(files, left, "closed: " .. mask)
        end
    end)

    it("whose files may not become long goes on, and hears what could not be kept", function()
        local report, files = embed("files", 0)
        assert.same({}, { report:match "[^\n]*SIGXFSZ[^\n]*" })
        assert.is_truthy(report:find("\nbegin: 1 the outcome of a check could not be kept in [^\n]*File too large"), report)
        for path, bytes in pairs(files) do
            assert.equal("", bytes, path)
        end
        -- Each length stops something else.
        local usual, all = embed "usual"
        for bytes = 64, 20000, 997 do
            report, files = embed("files", bytes)
            assert.is_nil(report:find "SIGXFSZ", report)
            for path, text in pairs(files) do
                assert.is_true(text == all[path] or #text <= bytes, path)
            end
        end
        report, files = embed("files", 1 << 20)
        assert.equal(usual, report)
        assert.same(all, files)
    end)

    --- Lockfiles as deep as they may be, in each notation that is read into a tree.
    local DEEP <const> = {
        { "npm/v3-old.json", "package-lock.json", "npm/v3-new.json", function(text, nested)
            return (text:gsub("{", '{"deep":' .. nested .. ",", 1))
        end },
        { "pnpm/v9.yaml", "pnpm-lock.yaml", "pnpm/v9.yaml", function(text, nested)
            return text .. "deep: " .. nested .. "\n"
        end },
        { "cargo/v4.lock", "Cargo.lock", "cargo/v4.lock", function(text, nested)
            return text .. "[metadata]\ndeep = " .. nested .. "\n"
        end },
    }

    it("whose threads have small stacks is told the same, whatever lockfile and policy it has", function()
        if command.sanitised then
            return pending "a sanitised program takes more of the stack"
        end
        -- Where the state is takes the long way, through a link.
        command.must 'mkdir "$work/far" && ln -s far "$work/near"'
        state = work .. "/near/state"
        command.variables.state = state
        command.variables.UPNUDGE_POLICY = command.root .. "/policies/team.lua"
        stage.finally(function() command.variables.UPNUDGE_POLICY = nil end)
        local nested = ("["):rep(60) .. ("]"):rep(60)
        for _, case in ipairs(DEEP) do
            command.must('rm -rf "$env" && mkdir "$env"')
            local fixtures = command.root .. "/tests/fixtures/"
            command.write(env .. "/" .. case[2], case[4](command.read(fixtures .. case[1]), nested))
            upgraded = work .. "/upgraded"
            command.write(upgraded, case[4](command.read(fixtures .. case[3]), nested))
            local usual, files = embed "usual"
            assert.is_truthy(usual:find "\ncommit: 0\n", usual)
            local report, left = embed("stack", 32)
            assert.equal(usual, report, case[2])
            assert.same(files, left, case[2])
        end
    end)

    it("whose paths and reasons are odd has words that may be shown, and a failure that is remembered", function()
        env = work .. "/shop\27[31m\nred\xff\xc3\xa9\xc2\x9b" .. ("\xc3\xa9"):rep(100)
        command.must('mkdir %s && cp %s %s/', env, command.root .. "/tests/fixtures/webshop/package-lock.json", env)
        upgraded = command.root .. "/tests/fixtures/webshop/upgraded.json"
        for _, circumstance in ipairs { "usual", "reason" } do
            for _, where in ipairs { env, env .. "/not there" .. ("\xc3\xa9"):rep(90):rep(20, "/") } do
                local there = env
                env = where
                local report = embed(circumstance)
                env = there
                assert.is_truthy(utf8.len(report), report)
                -- What is JSON escapes it.
                report = report:gsub('{"schema"[^\n]*', "")
                assert.is_nil(report:find "[%z\1-\8\11-\31\127]", report)
                assert.is_nil(report:find "\xc2[\x80-\x9f]", report)
                for line in report:gmatch "[^\n]+" do
                    assert.is_true(#line < 2200, line)
                end
                if circumstance == "reason" and where == env then
                    assert.is_truthy(report:find("begin too early: 5 the check failed 1 second ago", 1, true), report)
                end
            end
        end
    end)

    it("that sets a locale with a decimal comma reads and writes the same numbers", function()
        local made = command.shell([[mkdir "$work/locales" && localedef -i de_DE -f UTF-8 "$work/locales/de_DE.UTF-8"]])
        if not lfs.attributes(work .. "/locales/de_DE.UTF-8/LC_NUMERIC") then
            return pending("localedef has nothing to make a locale of: " .. made.err)
        end
        command.variables.LOCPATH = work .. "/locales"
        stage.finally(function() command.variables.LOCPATH = nil end)
        command.variables.UPNUDGE_POLICY = stage.policy [[{ api = 1, name = "p", extends = "default", rules = {
            u.rule "r" { when = function(c) return 1.5 > 1.25 and tonumber "2.5" == 2.5 and ("%.1f"):format(0.5) == "0.5"
                and tostring(c.result.total / 8) == "0.375" end, notify = u.every "36h" } },
            text = function(c) return ("%s %.2f %s %s %s"):format(c.result.total / 4, 1 / 3, 1e100, 2^53, c.env.name) end }]]
        stage.finally(function() command.variables.UPNUDGE_POLICY = nil end)
        command.write(env .. "/.flox/env.json", '{"name":"of flox","ratio":0.5}')
        local usual, files = embed "usual"
        assert.is_truthy(usual:find "0%.75 0%.33 1e%+100 [%d.e+]+ of flox", usual)
        local report, left = embed("locale", "de_DE.UTF-8")
        assert.equal(usual, report)
        assert.same(files, left)
        -- What is read of fractions in lockfiles, too.
        for _, case in ipairs { { "package-lock.json", "npm/v3-old.json" }, { "Cargo.lock", "cargo/v4.lock" } } do
            local text = command.read(command.root .. "/tests/fixtures/" .. case[2])
            command.must 'rm -rf "$env" && mkdir "$env"'
            upgraded = env .. "/" .. case[1]
            command.write(upgraded, case[1] == "Cargo.lock" and text .. "[metadata]\nx = 1.5e3\n"
                or (text:gsub("{", '{"x":1.5e3,', 1)))
            usual, files = embed "usual"
            report, left = embed("locale", "de_DE.UTF-8")
            assert.equal(usual, report)
            assert.same(files, left)
        end
    end)

    --- What nests as deep as Lua lets it, each in a way of its own, and is read when the policy is loaded and run.
    local NESTED <const> = {
        "local function f() return pcall(f) end f()",
        "local function f() table.sort({ 1, 2, 3 }, f) end f()",
        "local function f() return (string.gsub('a', 'a', f)) end f()",
        "local t = setmetatable({}, { __index = function(t, k) return t[k] end }) local x = t.x",
        "local x = " .. ("{"):rep(190) .. ("}"):rep(190),
        "local x = " .. ("function() return "):rep(150) .. "1" .. (" end"):rep(150),
    }

    it("whose threads have 512 KiB goes on under whatever policy", function()
        if command.sanitised then
            return pending "a sanitised program takes more of the stack"
        end
        local policy = work .. "/policy.lua"
        command.variables.UPNUDGE_POLICY = policy
        stage.finally(function() command.variables.UPNUDGE_POLICY = nil end)
        for _, nested in ipairs(NESTED) do
            local rule = ("u.rule 'x' { when = function() %s return true end, quiet = 'deep' }"):format(nested)
            for _, text in ipairs { nested .. " local u = require 'upnudge' return u.policy { api = 1, name = 'p' }",
                ("local u = require 'upnudge' return u.policy { api = 1, name = 'p', rules = { %s } }"):format(rule) } do
                command.write(policy, text)
                local usual = embed "usual"
                assert.equal(usual, (embed("stack", 512)), text)
            end
        end
    end)
end)
