--- Which files `extends` means, and in which order they hold. What comes of them is in layers_spec.lua.

local base = require "upnudge.policy.base"
local command = require "command"
local core = require "upnudge.core"
local stage = require "stage"

local work, variables, machines

before_each(function()
    work, variables, machines = stage.bare(), {}, {}
end)

after_each(stage.strike)

local function ready_made(name)
    return { name = name .. " (ready-made)", builtin = name }
end

local function read(source)
    if source.path then
        return core.read(source.path, 65536)
    end
    return core.builtin(source.builtin) and "ready-made", "no ready-made " .. source.builtin
end

--- A search in which files consist of the words that they extend; what is wrong and what was run is noted in it.
local function search()
    local faults, ran = {}, {}
    return { variable = function(name) return variables[name] end, read = read, ready_made = ready_made, machines = machines,
        person = work .. "/person/policy.lua", faults = faults, ran = ran, load = function(file)
            ran[#ran + 1] = file.name
            if file.bytes:find "raise" then
                return nil, file.name .. " raised"
            end
            file.extends = {}
            for word in file.source.path and file.bytes:gmatch "[^%s#]+" or function() end do
                file.extends[#file.extends + 1] = word
            end
            return true
        end, note = function(file, message)
            faults[#faults + 1] = file.name:match "[^/]*$" .. ": " .. message
        end }
end

--- Files that consist of such words; `#` fills one with so many bytes.
local function write(files)
    for name, words in pairs(files) do
        local path = work .. "/" .. name
        command.must("mkdir -p %s", path:match "^(.*)/")
        command.write(path, words)
    end
end

local function file_of(name)
    local path = name:sub(1, 1) == "/" and name or work .. "/" .. name
    local bytes, stamp = core.read(path, 65536)
    return { source = { name = path, path = path }, name = path, bytes = bytes, stamp = stamp }
end

--- The chain of a file, as names without the directory; else nil and a message.
local function chain_of(name, looking)
    looking = looking or search()
    local first, names = file_of(name), {}
    looking.load(first)
    local chain, message = base.chain(first, looking)
    for i, file in ipairs(chain or {}) do
        names[i] = file.name:gsub("^" .. work:gsub("%p", "%%%0") .. "/", "")
    end
    return chain and table.concat(names, " "), message, looking
end

--- Where a word leads from files of those names, the last of which says it.
local function leads(word, ...)
    local ahead = {}
    for i, name in ipairs { ... } do
        local builtin = name:match "^%((.*)%)$"
        ahead[i] = { source = builtin and ready_made(builtin) or { path = work .. "/" .. name } }
    end
    local source = base.source(ahead, word, search())
    return source and (source.path or "(" .. source.builtin .. ")")
end

describe("a word of extends means", function()
    it("the file beside it, else a ready-made one", function()
        assert.equal("(weekly)", leads("weekly", "p.lua"))
        write { ["weekly.lua"] = "" }
        assert.equal(work .. "/weekly.lua", leads("weekly", "p.lua"))
        -- One that is named like a ready-made one starts from that, and a ready-made one from ready-made ones.
        assert.equal("(weekly)", leads("weekly", "weekly.lua"))
        assert.equal("(weekly)", leads("weekly", "(default)"))
        assert.equal("(weekly)", leads("weekly", "p.lua", "other/q.lua"))
    end)

    it("else a file of $UPNUDGE_POLICY_PATH, of the person and of the machine, in that order", function()
        machines = { work .. "/m1/policy.lua", work .. "/m2/policy.lua" }
        variables.UPNUDGE_POLICY_PATH = ("relative:%s/a::%s/b/:."):format(work, work)
        command.must 'mkdir -p "$work/relative"'
        for _, place in ipairs { "m2", "m1", "person", "b", "a" } do
            write { [place .. "/acme.lua"] = "", [place .. "/weekly.lua"] = "", ["relative/acme.lua"] = "" }
            assert.equal(("%s/%s/acme.lua"):format(work, place), leads("acme", "p/p.lua"))
            assert.equal("(weekly)", leads("weekly", "p/p.lua"))
        end
        variables.UPNUDGE_POLICY_PATH = nil
        assert.equal(work .. "/person/acme.lua", leads("acme", "p/p.lua"))
        assert.equal("(nobody)", leads("nobody", "p/p.lua"))
    end)

    it("for the machine's files one of the machine's alone", function()
        machines = { work .. "/m1/policy.lua", work .. "/m2/policy.lua" }
        variables.UPNUDGE_POLICY_PATH = work .. "/a"
        write { ["a/team.lua"] = "", ["person/team.lua"] = "" }
        assert.equal("(team)", leads("team", "m1/policy.lua"))
        assert.equal("(nobody)", leads("nobody", "m1/policy.lua"))
        write { ["m2/nobody.lua"] = "", ["person/nobody.lua"] = "" }
        assert.equal(work .. "/m2/nobody.lua", leads("nobody", "m1/policy.lua"))
        assert.equal(work .. "/m2/nobody.lua", leads("nobody", "person/policy.lua", "m1/acme.lua"))
    end)

    it("a path where it ends in .lua: seen from the file's directory, whole, or from home", function()
        variables.HOME = "/home/me"
        for word, path in pairs { ["x.lua"] = work .. "/d/x.lua", ["./x.lua"] = work .. "/d/./x.lua", ["../x.lua"] = work .. "/d/../x.lua",
            ["/x/y.lua"] = "/x/y.lua", ["~/x.lua"] = "/home/me/x.lua", ["~x.lua"] = work .. "/d/~x.lua" } do
            assert.equal(path, leads(word, "d/p.lua"))
        end
    end)

    it("nothing where it is neither", function()
        write { ["x.lua"] = "" }
        for _, word in ipairs { "../x", "./x", "/x", "", "x y", "-x", ".x", "x.luac" } do
            assert.is_nil(leads(word, "p.lua"), word)
        end
    end)

    it("the machine's where it is system, of those that are not ahead, else default", function()
        machines = { work .. "/none.lua", work .. "/m1.lua", work .. "/m2.lua" }
        -- One beside it is none.
        write { ["m1.lua"] = "", ["m2.lua"] = "", ["system.lua"] = "" }
        assert.equal(work .. "/m1.lua", leads("system", "p.lua"))
        assert.equal(work .. "/m2.lua", leads("system", "p.lua", "m1.lua"))
        assert.equal(work .. "/m2.lua", leads("system", "m1.lua", "team.lua"))
        for _, ahead in ipairs { { "m2.lua" }, { "p.lua", "m1.lua", "m2.lua" }, { "m2.lua", "m1.lua" } } do
            assert.equal("(default)", leads("system", table.unpack(ahead)))
        end
        command.must 'ln -s m1.lua "$work/person.lua"'
        assert.equal(work .. "/m2.lua", leads("system", "person.lua"))
        machines = {}
        assert.equal("(default)", leads("system", "p.lua"))
    end)
end)

describe("a chain of bases", function()
    it("has a file before all that it extends, of several the first before the others", function()
        write { ["p.lua"] = "a b", ["a.lua"] = "c weekly", ["b.lua"] = "default", ["c.lua"] = "" }
        assert.equal("p.lua a.lua c.lua weekly (ready-made) b.lua default (ready-made)", (chain_of "p.lua"))
    end)

    it("has each once, where bases have one in common behind them all", function()
        write { ["p.lua"] = "a b c", ["a.lua"] = "team", ["b.lua"] = "team ./d.lua", ["c.lua"] = "", ["d.lua"] = "default",
            ["team.lua"] = "default" }
        local chain, _, looking = chain_of "p.lua"
        assert.equal("p.lua a.lua b.lua team.lua ./d.lua default (ready-made) c.lua", (chain:gsub("/%./", "./")))
        assert.equal(7, #looking.ran)
        -- Of two that name the same two the other way round, the later one is heeded, for it stands nearer to them.
        write { ["q.lua"] = "x y", ["x.lua"] = "r s", ["y.lua"] = "s r", ["r.lua"] = "", ["s.lua"] = "" }
        assert.equal("q.lua x.lua y.lua s.lua r.lua", (chain_of "q.lua"))
    end)

    it("has a file that is named twice, or by two paths, once", function()
        write { ["p.lua"] = "a ./a.lua b", ["a.lua"] = "", ["b.lua"] = "link/a.lua a" }
        command.must 'ln -s . "$work/link"'
        assert.equal("p.lua b.lua a.lua", (chain_of "p.lua"))
    end)

    it("has two files of the same bytes twice, each with what it extends from where it stands, be they one on the disk", function()
        write { ["p.lua"] = "sub/a.lua a", ["a.lua"] = "x", ["x.lua"] = "", ["sub/x.lua"] = "" }
        command.must 'ln "$work/a.lua" "$work/sub/a.lua"'
        assert.equal("p.lua sub/a.lua sub/x.lua a.lua x.lua", (chain_of "p.lua"))
    end)

    it("goes in no circle, which is told with the way, and goes on without", function()
        write { ["p.lua"] = "q weekly", ["q.lua"] = "r default", ["r.lua"] = "p" }
        local chain, _, looking = chain_of "p.lua"
        assert.equal("p.lua q.lua r.lua default (ready-made) weekly (ready-made)", chain)
        assert.same({ ("r.lua: policies extend each other in a circle: %s/p.lua -> %s/q.lua -> %s/r.lua -> %s/p.lua")
            :format(work, work, work, work) }, looking.faults)
        write { ["s.lua"] = "./s.lua" }
        assert.same({ "s.lua: it extends itself" }, select(3, chain_of "s.lua").faults)
    end)

    it("is no longer than 16 files, in depth and in breadth", function()
        local words = {}
        for i = 1, 16 do
            words[i] = "f" .. i
            write { [("f%d.lua"):format(i)] = "", [("g%d.lua"):format(i)] = "g" .. i + 1 }
        end
        write { ["g16.lua"] = "", ["p.lua"] = table.concat(words, " "), ["q.lua"] = table.concat(words, " ", 1, 15), ["d.lua"] = "g1" }
        assert.same({ "p.lua: this policy and its bases are more than 16 files" }, select(3, chain_of "p.lua").faults)
        assert.same({}, select(3, chain_of "q.lua").faults)
        assert.same({}, select(3, chain_of "g1.lua").faults)
        assert.same({ "g15.lua: this policy and its bases are more than 16 files" }, select(3, chain_of "d.lua").faults)
        -- One that is there already is none more.
        write { ["f15.lua"] = "f1" }
        assert.same({}, select(3, chain_of "q.lua").faults)
    end)

    it("is no larger than 128 KiB, each file counted once", function()
        local filler = ("#"):rep(40000)
        write { ["p.lua"] = "a b c", ["a.lua"] = "d " .. filler, ["b.lua"] = "d " .. filler, ["c.lua"] = "d", ["d.lua"] = filler }
        assert.is_truthy((chain_of "p.lua"))
        write { ["c.lua"] = filler }
        local chain, message = chain_of "p.lua"
        assert.is_nil(chain)
        assert.equal(work .. "/p.lua: this policy and its bases have more than 128 KiB", message)
    end)

    it("tells which are not there, all of them, and goes on without", function()
        write { ["p.lua"] = "nowhere a no/where.lua", ["a.lua"] = "neither" }
        local chain, _, looking = chain_of "p.lua"
        assert.equal("p.lua a.lua", chain)
        for i, start in ipairs { "p.lua: extends 'nowhere', which is not there: there is no nowhere.lua beside it or in ",
            "a.lua: extends 'neither', which is not there: there is no neither.lua beside it or in " } do
            assert.equal(1, (looking.faults[i]:find(start, 1, true)), looking.faults[i])
        end
        assert.is_truthy(looking.faults[3]:find("p.lua: extends 'no/where.lua', which is not there: " .. work .. "/no/where.lua: ", 1, true),
            looking.faults[3])
    end)

    it("is none where a file cannot be run", function()
        write { ["p.lua"] = "a", ["a.lua"] = "b", ["b.lua"] = "raise" }
        assert.same({ n = 2, nil, work .. "/b.lua raised" }, table.pack(base.chain((function()
            local first = file_of "p.lua"
            first.extends = { "a" }
            return first
        end)(), search())))
    end)
end)
