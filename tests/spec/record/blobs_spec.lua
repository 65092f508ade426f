--- Blobs: there before the record that names them, gone when none does.

local blobs = require "upnudge.record.blobs"
local command = require "command"
local core = require "upnudge.core"
local stage = require "stage"

local record, home

before_each(function()
    stage.bare()
    record = stage.record()
    home = record.directory_path
    assert(record:directory(true)):close()
end)

after_each(stage.strike)

local function put(member, bytes, value)
    local directory <close> = assert(record:directory())
    return blobs.put(directory, member, bytes, value)
end

local function tidy()
    local directory <close> = assert(record:directory())
    blobs.tidy(record, directory)
end

--- Commits a record that names these bytes.
local function commit(old, new, details)
    local value = { old = assert(put("old", old)), new = assert(put("new", new)), details = assert(put("details", details)) }
    assert(stage.commit(record, value))
    return value
end

local function there()
    return command.must("cd %s && find . -type f ! -name '*.json' | LC_ALL=C sort", home)
end

local function listing(value)
    local paths = { ("./changes/%s\n"):format(value.details), ("./lockfiles/%s\n"):format(value.old),
        ("./lockfiles/%s\n"):format(value.new) }
    table.sort(paths)
    return table.concat(paths)
end

describe("a blob", function()
    it("is a file named by its digest, and is read by whoever knows that", function()
        local digest = assert(put("old", "abc"))
        assert.equal(core.hash "abc", digest)
        assert.equal("abc", command.read(("%s/lockfiles/%s"):format(home, digest)))
        assert.equal("abc", (blobs.read(record, { old = digest }, "old")))
        assert.equal(core.hash "list", assert(put("details", "list")))
        assert.equal("list", command.read(("%s/changes/%s"):format(home, core.hash "list")))
    end)

    it("that the record names is not written again, unless it is not what it should be", function()
        local digest = put("old", "abc")
        local path = ("%s/lockfiles/%s"):format(home, digest)
        local inode = command.must("stat -c %%i %s", path)
        put("new", "abc", { old = digest })
        assert.equal(inode, command.must("stat -c %%i %s", path))
        put("new", "abc", { details = digest })
        assert.not_equal(inode, command.must("stat -c %%i %s", path))
        for _, damage in ipairs { "", "ab", "abcd", "xyz" } do
            command.write(path, damage)
            put("old", "abc")
            assert.equal("abc", command.read(path))
        end
    end)

    it("that was damaged is none", function()
        local digest = assert(put("old", "abc"))
        for _, damage in ipairs { "", "ab", "abcd", "xyz" } do
            command.write(("%s/lockfiles/%s"):format(home, digest), damage)
            assert.is_nil((blobs.read(record, { old = digest }, "old")), damage)
        end
    end)

    it("that is not there is none, and neither is what is no digest", function()
        assert.is_nil((blobs.read(record, {}, "old")))
        assert.is_nil((blobs.read(record, { old = core.hash "x" }, "old")))
        command.write(home .. "/stray", "x")
        for _, name in ipairs { "../stray", "", ("g"):rep(32), core.hash "x" .. "0" } do
            assert.is_nil((blobs.read(record, { old = name }, "old")), name)
        end
    end)

    it("that cannot be written says why", function()
        command.write(home .. "/lockfiles", "in the way")
        local digest, message = put("old", "abc")
        assert.is_nil(digest)
        assert.is_truthy(message:find "lockfiles", message)
    end)
end)

describe("the tidying", function()
    it("leaves what the record names, and nothing of anybody who died", function()
        commit("old", "new", "list")
        local value = commit("new", "newer", "other list")
        command.must("touch %s/.0123456789abcdef.tmp %s/lockfiles/.0123456789abcdef.tmp %s/changes/.0123456789abcdef.tmp", home, home, home)
        command.write(home .. "/changes.json", "{}")
        tidy()
        assert.equal(listing(value), there())
        assert.is_nil(command.read(home .. "/changes.json"))
    end)

    it("leaves what is none of ours", function()
        commit("old", "new", "list")
        command.write(home .. "/lockfiles/notes", "x")
        command.must("mkdir %s/lockfiles/%s", home, ("ab"):rep(16))
        tidy()
        assert.equal("x", command.read(home .. "/lockfiles/notes"))
    end)

    it("takes all where there is no record, and nothing where nobody can tell what it names", function()
        put("old", "abc")
        tidy()
        assert.equal("", there())
        local value = commit("old", "new", "list")
        for _, text in ipairs { "{", '{"schema":99}', '{"schema":1,"path":"/else"}' } do
            command.write(home .. "/record.json", text)
            tidy()
            assert.equal(listing(value), there(), text)
        end
    end)
end)

describe("a reader", function()
    it("has the record and what it names, of one commit", function()
        local value = commit("old", "new", "list")
        assert.same({ value.old, "old", "new", "list" }, blobs.whole(record, function(found)
            return { found.old, blobs.read(record, found, "old"), blobs.read(record, found, "new"), blobs.read(record, found, "details") }
        end))
    end)

    it("whose blob goes away while he reads reads the record again, once", function()
        commit("old", "new", "list")
        local asked = 0
        local function take(found)
            asked = asked + 1
            if asked == 1 then
                commit("new", "newer", "other list")
                tidy()
            end
            return (blobs.read(record, found, "details"))
        end
        assert.equal("other list", (blobs.whole(record, take)))
        assert.equal(2, asked)
        command.must("rm -r %s/changes", home)
        asked = 2
        assert.is_nil((blobs.whole(record, take)))
        assert.equal(3, asked)
    end)

    it("hears why there is no record", function()
        local taken, why = blobs.whole(record, error)
        assert.same({ nil, "no check has run yet" }, { taken, why })
    end)
end)

-- As the library's own calls of the C library count them; see the head of that program.
describe("the commit of a check", function()
    it("writes what has changed and the record, and syncs each file, its directory, and that of new folders once", function()
        local webshop, shop = command.root .. "/tests/fixtures/webshop", home .. "/shop"
        command.must("mkdir -p %s && cp %s/package-lock.json %s && sed 's/4.19.2/4.19.3/' %s/upgraded.json > %s/other",
            shop, webshop, shop, webshop, home)
        -- And, once, the directories on the way there, as far as nobody else may write into them.
        local above = tonumber(command.must([[d=%s/state; n=1; while [ "$d" != / ] && d=$(dirname "$d") && [ -O "$d" ] &&
            [ -z "$(find "$d" -maxdepth 0 -perm /022)" ]; do n=$((n + 1)); done; echo $n]], home))
        local said = command.must("%s %s/state %s %s/upgraded.json %s/other count",
            command.root .. "/" .. command.build .. "/tests/bench/commit", home, shop, webshop, home)
        assert.equal(("first 4 %d\nsame 1 2\nother 3 6\n"):format(9 + above), said)
    end)
end)
