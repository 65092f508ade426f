--- What is kept of one environment goes.

local command = require "command"
local lfs = require "lfs"
local removal = require "upnudge.record.removal"
local stage = require "stage"

local NOW <const> = stage.NOW

local work, record

before_each(function()
    work = stage.bare()
    record = stage.record()
end)

after_each(stage.strike)

local function names(path)
    local list = {}
    for name in lfs.dir(path) do
        list[#list + 1] = name ~= "." and name ~= ".." and name or nil
    end
    table.sort(list)
    return list
end

describe("a removal", function()
    it("takes everything, whatever it is, and the directory with it", function()
        assert(stage.commit(record, { last_checked = NOW }))
        command.must('cd %s && mkdir -p lockfiles changes output.0123456789abcdef/deep && touch lockfiles/x changes/y notified.json \z
            notified.lock choices.json choices.lock decisions.log check.log check.lock record.json.broken of-another-strategy \z
            output.0123456789abcdef/deep/file && chmod 0 output.0123456789abcdef/deep', record.directory_path)
        assert.same({ true }, { removal.remove { record } })
        assert.same({}, names(work .. "/state"))
        assert.equal("not-found", select(3, record:read()))
        assert.is_false((removal.remove { record }))
    end)

    it("finds nothing where there is nothing", function()
        assert.is_false((removal.remove { record }))
        assert.is_nil(lfs.attributes(work .. "/state"))
        assert(require "upnudge.core".directory(work .. "/state", true)):close()
        assert.is_false((removal.remove { record }))
    end)

    it("waits for no check, and takes nothing from one that is running", function()
        assert(stage.commit(record, { last_checked = NOW }))
        local directory <close> = assert(record:directory())
        local lock <close> = assert(directory:lock "check.lock")
        local ok, message, code = removal.remove { record }
        assert.same({ nil, "another process is checking " .. stage.PATH, "busy" }, { ok, message, code })
        assert.equal(NOW, record:read().last_checked)
        lock:release()
        assert.is_true((removal.remove { record }))
    end)

    it("leaves the directory to a check that begins at its end, with the lock that this one has made", function()
        assert(stage.commit(record, { last_checked = NOW }))
        -- Between the two last steps: the lock's own file is gone, and the directory is still there.
        local other
        local disk = setmetatable({ directory = function(path, create)
            if path == record.places.state and not other then
                local directory = assert(require "upnudge.core".directory(record.directory_path))
                other = assert(directory:lock "check.lock")
                directory:close()
            end
            return require "upnudge.core".directory(path, create)
        end }, { __index = require "upnudge.core" })
        record.disk = disk
        assert.is_true((removal.remove { record }))
        assert.same({ "check.lock" }, names(record.directory_path))
        local directory <close> = assert(require "upnudge.core".directory(record.directory_path))
        assert.equal("busy", select(3, directory:lock "check.lock"))
        other:release()
    end)

    it("follows no link, neither to what is in it nor to itself", function()
        command.must 'mkdir "$work/precious" && echo mine > "$work/precious/file"'
        assert(stage.commit(record, { last_checked = NOW }))
        command.must('cd %s && ln -s "$work/precious" lockfiles && ln -s "$work/precious/file" notified.json && ln -s "$work/precious" more',
            record.directory_path)
        assert.is_true((removal.remove { record }))
        assert.equal("mine\n", command.read(work .. "/precious/file"))
        command.must('ln -s "$work/precious" %s', record.directory_path)
        local ok, message, code = removal.remove { record }
        assert.same({ nil, "foreign" }, { ok, code }, message)
        assert.equal("mine\n", command.read(work .. "/precious/file"))
    end)

    it("tells what it could not take", function()
        if command.shell("id -u").out == "0\n" then
            command.must 'true'
            pending "root may remove all"
            return
        end
        assert(stage.commit(record, { last_checked = NOW }))
        command.must("chmod 500 %s", record.directory_path)
        local ok, message = removal.remove { record }
        assert.is_nil(ok)
        assert.is_truthy(message:find(record.directory_path, 1, true), message)
    end)
end)

describe("a check that begins while all is forgotten", function()
    it("makes the directory again, where it goes under its hands", function()
        local core, gone = require "upnudge.core", false
        local env = work .. "/env"
        command.must("mkdir %s && cp %s/tests/fixtures/webshop/package-lock.json %s/", env, command.root, env)
        local disk = setmetatable({ directory = function(path, create)
            local directory, message, code = core.directory(path, create)
            if not directory or not create or gone then
                return directory, message, code
            end
            -- What is entered goes before its lock is taken.
            return setmetatable({}, { __index = function(_, method)
                return function(_, ...)
                    local answer, why, what = directory[method](directory, ...)
                    if method == "enter" and not gone then
                        gone = true
                        assert(directory:remove_empty((...)))
                    end
                    return answer, why, what
                end
            end, __close = function() directory:close() end })
        end }, { __index = core })
        local runtime <close> = assert(require "upnudge.runtime".open { state_dir = work .. "/state",
            host = require "upnudge.runtime.host".new { disk = disk } })
        local check = runtime:check_begin(env)
        assert.is_true(gone)
        assert.equal("begun", check.state, check.reason)
        check:abort()
    end)
end)
