--- The file system in memory answers as the one on disk does.

local core = require "upnudge.core"
local memory = require "upnudge.tools.memory"
local stage = require "stage"
local worlds = require "upnudge.tools.world"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

--- What a call answers: whether it went well, with the bytes or the truth of it, or the code of the failure.
local function answer(value, message, code)
    if value == nil then
        return { message and code or "nothing" }
    end
    return { true, type(value) == "string" and value or type(value) == "boolean" and value or nil }
end

--- All that a disk answers to a round of questions below a path.
local function round(disk, root)
    local said = {}
    local function ask(...)
        said[#said + 1] = answer(...)
    end
    ask(disk.directory(root .. "/a/b"))
    ask(disk.ours(root .. "/a"))
    ask(disk.stamp(root .. "/a"))
    local directory <close> = assert(disk.directory(root .. "/a/b", true))
    ask(disk.ours(root .. "/a", root .. "/a/b", true))
    ask(disk.ours(root .. "/a", root .. "/a/c"))
    ask(directory:read("x", 10))
    ask(directory:replace("x", "0123456789", true))
    ask(directory:read("x", 10))
    ask(directory:read("x", 9))
    ask(directory:exists "x")
    ask(directory:overwrite("x", 2, "ab"))
    ask(directory:overwrite("y", 2, "ab"))
    ask(directory:could_overwrite("x", 4))
    ask(directory:could_overwrite("y", 4))
    ask(disk.read(root .. "/a/b/x", 10, true))
    ask(select(2, disk.read(root .. "/a/b/x", 10, true)))
    ask(disk.read(root .. "/a/b/y", 10))
    ask(disk.digest(root .. "/a/b/x", 10))
    ask(directory:rename("x", "z"))
    ask(directory:rename("x", "z"))
    ask(directory:exists "x")
    ask(directory:remove "x")
    ask(directory:continue("log", "one\n", 100))
    ask(directory:append("log", "one\n", 100))
    ask(directory:continue("log", "two\n", 100))
    ask(directory:read("log", 100))
    ask(directory:enter "sub")
    local inner <close> = assert(directory:enter("sub", true))
    ask(inner:replace("deep", "1", false))
    ask(directory:remove_empty "sub")
    ask(inner:remove "deep")
    ask(directory:remove_empty "sub")
    ask(directory:remove_empty "sub")
    local lock = assert(directory:lock "lock")
    ask(directory:lock "lock")
    ask(directory:could_lock "lock")
    ask(lock:noted())
    ask(lock:note(5, 9))
    ask(lock:noted())
    ask(lock:is_file())
    lock:release()
    ask(directory:could_lock "lock")
    do
        local again <close> = assert(directory:lock "lock")
        ask(again:noted())
    end
    ask(directory:lock "lock")
    local scratch = assert(directory:make_scratch "made")
    do
        local made <close> = assert(directory:enter(scratch))
        ask(made:replace("one", "1", false))
        local deeper <close> = assert(made:enter("two", true))
        ask(deeper:replace("three", "3", false))
        -- It may be renamed while it is open, and is then elsewhere.
        ask(directory:rename(scratch, "home"))
        ask(directory:enter(scratch))
        ask(made:replace("four", "4", false))
        ask(deeper:read("three", 1))
        ask(made:exists "one")
    end
    ask(disk.read(root .. "/a/b/home/four", 1))
    ask(disk.read(root .. "/a/b/home/two/three", 1))
    ask(directory:remove_scratch "home")
    ask(directory:enter "home")
    local names = directory:names()
    table.sort(names)
    ask(table.concat(names, " "))
    return said
end

--- What a policy says in a world over some days.
local function days(in_memory, policy)
    local world <close> = worlds.world { policy = policy, installed = { curl = "1.0.0", git = "2.0.0" }, in_memory = in_memory }
    local other, said = world:environment("other", { curl = "1.0.0" }), {}
    for day = 1, 12 do
        for i, place in ipairs { world, other } do
            if day % 3 == 1 then
                place:release("curl", ("1.0.%d"):format(day), { security = day == 4 })
            end
            for _, host in ipairs { {}, { ci = true }, { session = "s" .. day } } do
                local decision = place:activate(host)
                said[#said + 1] = ("%d %d %s %s %s"):format(day, i, decision.code, decision.rule or "", decision.text or "")
                local begun = place:is_due() and place:begin()
                if begun then
                    said[#said + 1] = place:advance "1m":finish(begun).outcome
                end
            end
            if day == 7 then
                place:upgrade()
            end
        end
        world:advance "1d"
    end
    return said
end

describe("memory", function()
    it("answers as a disk does, by the same codes", function()
        assert.same(round(core, work .. "/real"), round(memory.new(work .. "/unreal"), work .. "/unreal"))
        assert.is_nil(core.stamp(work .. "/unreal"))
    end)

    it("is of one path, and all else is on disk", function()
        local disk = memory.new(work .. "/unreal")
        disk.write(work .. "/unreal/x", "1")
        assert.is_truthy(disk.stamp(work .. "/unreal/x"))
        assert.is_nil(disk.stamp(work .. "/unrealistic"))
        assert.equal(core.stamp(work), disk.stamp(work))
        assert.equal("1", disk.read(work .. "/unreal/x", 1))
        assert.is_truthy(disk.directory(work .. "/beside", true))
        assert.is_truthy(core.stamp(work .. "/beside"))
    end)

    it("changes the stamp with each write, and keeps it otherwise", function()
        local disk = memory.new(work .. "/unreal")
        local path = work .. "/unreal/x"
        disk.write(path, "1")
        local first = disk.stamp(path)
        assert.equal(first, disk.stamp(path))
        disk.write(path, "2")
        assert.are_not.equal(first, disk.stamp(path))
        -- It proves the bytes: nobody writes twice within a tick of a clock here.
        assert.equal(first, require "upnudge.record.content".proof(first))
    end)

    it("keeps the newer half of a log that is full", function()
        local directory = memory.new "/unreal".directory("/unreal/d", true)
        for i = 1, 50 do
            directory:append("log", ("line %02d\n"):format(i), 80)
        end
        local log = directory:read("log", 1000)
        assert.is_true(#log <= 80)
        assert.matches("^line %d%d\n.*line 50\n$", log)
    end)

    it("makes no difference to what policies say", function()
        local person = work .. "/person.lua"
        require "command".write(person, 'return require "upnudge".policy { api = 1, name = "p", extends = "default", '
            .. 'scope = "person", ignore = { "git" } }')
        for _, policy in ipairs { "default", "weekly", "simple", "stateless-hint", "fleet", "backoff", person } do
            local said = days(true, policy)
            assert.same(days(false, policy), said, policy)
            assert.is_nil(table.concat(said):find "%f[%a]fault")
        end
    end)

    it("asks again in another session as a new activation would be asked", function()
        local path = work .. "/p.lua"
        require "command".write(path, 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", rules = { u.rule "r" { '
            .. 'notify = u.once_per_session() } } }\n')
        local world <close> = worlds.world { policy = path, installed = { curl = "1" }, in_memory = true }
        world:release("curl", "2"):check()
        assert.is_true(world:activate { session = "a" }.notify)
        assert.is_true(world.saw_session)
        assert.same({ true, false, false }, { world:activate_again "b".notify, world:activate_again "b".notify,
            world:activate_again "a".notify })
        assert.is_true(world:activate { session = "c", ci = true }.notify)
        assert.is_true(world:activate_again "d".notify)
        local plain <close> = worlds.world { installed = { curl = "1" } }
        plain:activate {}
        assert.is_false(plain.saw_session)
    end)
end)
