--- The files of a policy that are kept for the day on which one has a mistake.

local command = require "command"
local good = require "upnudge.record.good_policy"
local hash = require "upnudge.core".hash
local stage = require "stage"

local PATH <const> = "/home/me/policy.lua"

local places

before_each(function()
    local work = stage.bare()
    places = { cache = work .. "/state", state = work .. "/state" }
    command.must 'mkdir -m 700 "$work/state"'
end)

after_each(stage.strike)

local function kept(bytes)
    return { own = 1, chain = { { source = { path = PATH, found = "person" }, bytes = bytes },
        { source = { builtin = "default" }, bytes = "\27Lua" } } }
end

local function keep(bytes, now, path)
    good.keep(places, path or PATH, hash(bytes), kept(bytes), now)
end

local function names()
    return select(2, command.must 'ls "$work/state/last-good"':gsub("[^\n]+", ""))
end

describe("a good policy", function()
    it("is kept byte by byte, with the names of what is ready-made", function()
        assert.is_nil(good.find(places, PATH))
        keep("return \xFF\0\n", 5)
        local found = good.find(places, PATH)
        assert.same({ name = found.name, hash = hash "return \xFF\0\n", at = 5, own = 1,
            files = { { path = PATH, found = "person", bytes = "return \xFF\0\n" },
            { builtin = "default" } } }, found)
        assert.is_true(good.is_kept(places, PATH, hash "return \xFF\0\n"))
        assert.is_false(good.is_kept(places, PATH, hash "x"))
        assert.is_nil(good.find(places, "/home/me/other.lua"))
    end)

    it("takes the place of the last but one that was kept of that path, and the first one only where nothing is", function()
        keep("a", 5)
        keep("ab", 6)
        keep("abcd", 6)
        assert.same({ 2, hash "abcd" }, { names(), good.find(places, PATH).hash })
        assert.equal(hash "ab", good.find(places, PATH, hash "abcd").hash)
        good.keep_first(places, PATH, hash "abc", kept "abc", 7)
        assert.same({ 2, 6 }, { names(), good.find(places, PATH).at })
        good.keep_first(places, "/x.lua", hash "abc", kept "abc", 7)
        assert.same({ 3, 7 }, { names(), good.find(places, "/x.lua").at })
    end)

    it("takes away what a dead writer left", function()
        keep("a", 5)
        command.must 'cd "$work/state/last-good" && echo left > .0123456789abcdef.tmp'
        keep("ab", 6)
        assert.equal("", (command.must 'cd "$work/state/last-good" && find . -name "*.tmp"'))
    end)

    it("counts as none where it is damaged, somebody else's or a link", function()
        keep("a", 5)
        local file = command.must 'echo "$work"/state/last-good/*':match "[^\n]+"
        for _, text in ipairs { "", "{", '{"schema":1}', '{"schema":2,"path":"/home/me/policy.lua","at":1,"hash":"x","files":[]}',
            '{"schema":1,"path":"/home/me/policy.lua","at":1,"hash":"x","files":[{"path":1}]}',
            '{"schema":1,"path":"/home/me/policy.lua","at":1e300,"hash":"x","files":[]}',
            '{"schema":1,"path":"/elsewhere.lua","at":1,"hash":"x","files":[]}' } do
            command.write(file, text)
            assert.is_nil(good.find(places, PATH), text)
        end
        command.must('rm %s', file)
        keep("a", 5)
        command.must('mv %s "$work/x"; ln -s "$work/x" %s', file, file)
        assert.is_nil(good.find(places, PATH))
    end)

    it("is one of some, whatever policies of other paths there are", function()
        for i = 1, 40 do
            keep("a", i, ("/tmp/%d/policy.lua"):format(i))
        end
        assert.is_true(names() <= 17, names())
        assert.equal(40, good.find(places, "/tmp/40/policy.lua").at)
    end)

    it("makes no state where there is none", function()
        command.must 'rmdir "$work/state"'
        keep("a", 5)
        assert.is_nil(good.find(places, PATH))
        assert.equal(1, command.shell 'test -e "$work/state"'.code)
    end)
end)
