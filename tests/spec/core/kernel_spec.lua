--- What an older kernel lacks has its fallback in core/os: the tests of it pass as if there were such a kernel
--- (tests/kernel/old.c).

local command = require "command"
local stage = require "stage"

local NONE <const> = 77

local work

before_each(function()
    work = stage.set()
end)

after_each(stage.strike)

local function on_old_kernel(script, ...)
    return command.shell('"$build/tests/kernel/old" ' .. script, ...)
end

if command.sanitised then
    pending "an older kernel: a leak is looked for with what is forbidden then"
    return
elseif on_old_kernel("/bin/true").code == NONE then
    pending "an older kernel: this system can forbid a process nothing"
    return
end

describe("with a kernel that knows no close_range, pidfd, openat2 and locks of open files", function()
    for _, name in ipairs { "unit/lock", "unit/atomic", "unit/file", "unit/directory", "unit/scratch", "unit/log",
        "unit/own", "unit/child", "unit/inquiry", "unit/detach", "fault/atomic_fault", "fault/file_fault" } do
        it(("tests/%s_test passes"):format(name), function()
            local result = on_old_kernel(('"$build/tests/%s_test" "$root/tests/fixtures"'):format(name))
            assert.are.equal(0, result.code, result.out .. result.err)
            assert.is_truthy(result.out:find "[1-9]%d* passed, 0 failed", result.out)
        end)
    end

    it("a check is made by one process at a time, and told of", function()
        local words = '"$upnudge" check "$env" --state-dir "$state" --app old --now ' .. stage.NOW
        local first = on_old_kernel(words .. ' -- sh -c "touch %s; while [ ! -e %s ]; do sleep 0.01; done; cat %s" '
            .. '>%s 2>&1 & echo $!', work .. "/begun", work .. "/go", stage.NEW, work .. "/said")
        stage.finally(function()
            command.write(work .. "/go", "")
        end)
        assert.are.equal(0, first.code, first.err)
        stage.await("the dry upgrade", function()
            return command.shell("[ -e %s ]", work .. "/begun").code == 0
        end)
        local second = on_old_kernel(words .. " -- cat %s", stage.NEW)
        assert.are.equal(75, second.code, second.out .. second.err)
        command.write(work .. "/go", "")
        stage.await("the outcome", function()
            return command.read(work .. "/said"):find("checked: ", 1, true)
        end)
        local told = on_old_kernel('"$upnudge" notify "$env" --state-dir "$state" --app old --tty --now ' .. stage.NOW)
        assert.is_truthy(told.err:find("version change", 1, true), told.err .. told.out)
    end)
end)
