--- Who named a database.

local command = require "command"
local core = require "upnudge.core"
local origin = require "upnudge.strategy.origin"
local stage = require "stage"

local work, env, state

before_each(function()
    work, env, state = stage.set()
    command.must 'mkdir -p "$work/home/upnudge" "$work/tool" "$state"'
end)

after_each(stage.strike)

local function policy(path)
    command.must("mkdir -p %s", path:match "^(.*)/")
    command.write(path, "return 1\n")
    return path
end

--- Why a database that these files name is refused; nil: it is not.
local function fault(...)
    return origin.fault_of_policy({ ... }, { work .. "/home/upnudge/", "/etc/xdg/upnudge/" }, assert(core.realpath(env)))
end

describe("a policy that names a database", function()
    it("is taken from where the person keeps policies, from the host's, and ready-made", function()
        assert.is_nil(fault())
        assert.is_nil(fault(policy(work .. "/home/upnudge/policy.lua")))
        assert.is_nil(fault(policy(work .. "/tool/policy.lua")))
        assert.is_nil(fault(policy(work .. "/home/upnudge/policy.lua"), policy(work .. "/tool/base.lua")))
    end)

    it("is refused where it came with the environment, or with the repository around it", function()
        local inside = policy(env .. "/policy.lua")
        assert.equal("a policy that came with the environment names it: " .. assert(core.realpath(inside)), fault(inside))
        assert.is_truthy(fault(policy(work .. "/home/upnudge/policy.lua"), policy(env .. "/deep/er/base.lua")))
        command.must('ln -s %s "$work/tool/link.lua"', inside)
        assert.is_truthy(fault(work .. "/tool/link.lua"))
        local beside = policy(work .. "/tool/policy.lua")
        for _, name in ipairs { ".git", ".hg", ".jj", ".svn" } do
            command.must('mkdir "$work"/%s', name)
            assert.is_truthy(fault(beside), name)
            -- Who keeps their configuration in a repository has it there all the same.
            assert.is_nil(fault(policy(work .. "/home/upnudge/policy.lua")))
            command.must('mv "$work"/%s "$env"', name)
            assert.is_nil(fault(beside), name)
            assert.is_truthy(fault(inside), name)
            command.must('rmdir "$env"/%s', name)
        end
    end)

    it("may be linked to from where the person keeps policies", function()
        policy(work .. "/dotfiles/policy.lua")
        command.must 'mkdir "$work/.git" && ln -s "$work/dotfiles/policy.lua" "$work/home/upnudge/policy.lua"'
        assert.is_nil(fault(work .. "/home/upnudge/policy.lua"))
        assert.is_truthy(fault(work .. "/dotfiles/policy.lua"))
    end)

    it("is refused where others can change it", function()
        local path = policy(work .. "/tool/policy.lua")
        for _, case in ipairs { { "chmod 666 %s", "everybody may write to it" }, { "chmod 777 %s", "everybody may write to it", true },
            { "chown 65534 %s", "owned by somebody else" }, { "chown 65534 %s", "owned by somebody else", true },
            { "rm %s; mkfifo %s", "not a regular file" }, { "rm %s", "No such file" } } do
            local done = command.shell((case[1]:gsub("%%s", function() return command.quote(case[3] and work .. "/tool" or path) end)))
            -- Only root can give a file away.
            if done.code == 0 then
                local message = fault(path)
                assert.is_truthy(message and message:find("a policy that is not ours alone names it: ", 1, true), message)
                assert.is_truthy(message:find(case[2], 1, true), message)
            end
            command.must('rm -rf "$work/tool"')
            policy(path)
        end
        assert.is_nil(fault(path))
    end)
end)

describe("a file of SQLite", function()
    local function fault_of(path)
        return origin.fault_of_file(path, state)
    end

    it("is made among the state of the app, and nowhere else", function()
        assert.is_nil(fault_of(state .. "/upnudge.sqlite"))
        assert.is_nil(fault_of(state .. "/other.sqlite"))
        for _, path in ipairs { work .. "/none.sqlite", state .. "/../none.sqlite", state .. "x", state .. "/./../none" } do
            assert.equal(path .. ": not there; a database that is not among the state of the app is made before it is used", fault_of(path))
        end
    end)

    it("is taken where it is and nobody else can change it", function()
        command.must 'touch "$work/a.sqlite"; chmod 660 "$work/a.sqlite"'
        assert.is_nil(fault_of(work .. "/a.sqlite"))
        command.must 'chmod 666 "$work/a.sqlite"'
        assert.is_truthy(fault_of(work .. "/a.sqlite"):find("a file that is not ours alone: .*everybody may write to it"))
        for _, path in ipairs { "/dev/null", work, work .. "/a.sqlite/x" } do
            assert.is_truthy(fault_of(path), path)
        end
    end)
end)
