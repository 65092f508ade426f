--- Whether a directory is gone for good, or may only not be to be seen.

local command = require "command"
local gone = require "upnudge.record.gone"
local stage = require "stage"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

describe("a directory that is not there", function()
    it("is gone, unless it is below a place where something is mounted, or would be", function()
        command.must 'touch "$work/file"'
        local path = work .. "/disk/project"
        assert.is_true(gone.is_gone(path, {}))
        assert.is_false(gone.is_gone(path, { [work .. "/disk"] = true }))
        assert.is_false(gone.is_gone(path, { [path] = true }))
        -- What is mounted and there holds what can be seen to be gone.
        assert.is_true(gone.is_gone(path, { ["/"] = true, [work] = true }))
        for _, one in ipairs { "/mnt/stick/project", "/media/me/stick/x", "/run/media/me/stick/x", "/nowhere-of-ours/x" } do
            assert.is_false(gone.is_gone(one, {}), one)
        end
        local mount = gone.mount_of(work)
        assert.is_true(gone.is_gone(path, {}, mount))
        assert.is_false(gone.is_gone(path, {}, work .. "/disk"))
        assert.is_nil(gone.mount_of(path))
        assert.equal("/proc", gone.mount_of "/proc/self/fd")
        assert.is_true(gone.mount_points()["/"] or gone.mount_points()["/proc"])
    end)
end)
