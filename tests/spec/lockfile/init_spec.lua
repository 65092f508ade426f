--- Lockfiles as a runtime reads them: which one, by which format, and that formats are loaded once.

local command = require "command"
local core = require "upnudge.core"
local lockfile = require "upnudge.lockfile"
local stage = require "stage"

local work, source, vms

--- A format of a team's own, for files `NAME.lock` unless it is told others.
local function format(name, more, file)
    command.must 'mkdir -p "$work/formats"'
    command.write(("%s/formats/%s.lua"):format(work, name), ([[
        local u = require "upnudge"
        return u.format { api = 1, name = "%s", files = { "%s" }, syntax = "json", %s
            packages = function(d) return { { name = "of-%s", version = "1" } } end }]]):format(name, file or name .. ".lock", more or "", name))
end

local real = core.vm

before_each(function()
    work = stage.bare()
    source = { name = "p", path = work .. "/policy.lua" }
    -- Counts the VMs that are open, and those that were.
    vms = { made = 0, open = 0 }
    core.vm = function(...)
        local vm, message = real(...)
        if not vm then
            return nil, message
        end
        vms.made, vms.open = vms.made + 1, vms.open + 1
        return { call = function(_, ...) return vm:call(...) end, close = function()
            vms.open = vms.open - 1
            return vm:close()
        end }
    end
end)

after_each(function()
    core.vm = real
    stage.strike()
end)

local function first(found)
    return found and found:packages()[1].name
end

describe("a reader", function()
    it("loads its formats once, at the first use, and closes them", function()
        format "acme"
        format "zeta"
        local reader = lockfile.reader(source)
        assert.equal(0, vms.made)
        for _ = 1, 3 do
            assert.equal("of-acme", first(reader:parse("acme.lock", "{}")))
            assert.equal("of-zeta", first(reader:parse("zeta.lock", "{}")))
            reader:find { path = work, key = "" }
        end
        assert.same({ 2, 2 }, { vms.made, vms.open })
        reader:close()
        reader:close()
        assert.same({ 2, 0 }, { vms.made, vms.open })
    end)

    it("closes with the block that it is in", function()
        format "acme"
        do
            local reader <close> = lockfile.reader(source)
            assert.equal(1, #assert(reader:formats()))
        end
        assert.equal(0, vms.open)
    end)

    it("reads by others what these know where one is broken, and leaves no VM open", function()
        format "acme"
        format("broken", "nmae = 1,")
        local reader <close> = lockfile.reader(source)
        for _, name in ipairs { "acme.lock", "package-lock.json" } do
            assert.is_truthy(reader:parse(name, '{"lockfileVersion":3,"packages":{}}'), name)
        end
        local _, message, code = reader:find { path = work, key = "" }
        assert.is_truthy(message:find("formats/broken.lua:", 1, true), message)
        assert.equal("policy", code)
        reader:close()
        assert.equal(0, vms.open)
    end)

    it("takes a team's by name first, then ours, then a team's by content", function()
        format("acme", "recognise = function(d) return d.acme end,")
        local reader <close> = lockfile.reader(source)
        assert.equal("of-acme", first(reader:parse("acme.lock", '{"acme":1}')))
        assert.equal("of-acme", first(reader:parse("x", '{"acme":1}', { called = "acme.lock" })))
        assert.equal("of-acme", first(reader:parse("other.json", '{"acme":1}')))
        local npm = '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}},"acme":1}'
        assert.equal("a", first(reader:parse("other.json", npm)))
        assert.equal("of-acme", first(reader:parse("acme.lock", npm)))
        assert.equal("format", (select(3, reader:parse("other.json", "{}"))))
    end)

    it("reads what is not too large, and says what it cannot read", function()
        local reader <close> = lockfile.reader(source)
        local path = work .. "/package-lock.json"
        assert.equal("not-found", (select(3, reader:open(path))))
        command.write(path, '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}')
        assert.equal("a", first(reader:open(path)))
        assert.equal("limit", (select(3, reader:open(path, { limit = 10 }))))
    end)
end)

describe("the lockfile of a directory", function()
    local reader

    before_each(function()
        reader = lockfile.reader(source)
        stage.finally(function() reader:close() end)
    end)

    --- What is found among files of those names, without the directory.
    local function find(...)
        command.must 'rm -rf "$work/env"; mkdir -p "$work/env/.flox/env"'
        for _, name in ipairs { ... } do
            command.write(work .. "/env/" .. name, "")
        end
        local path, message = reader:find { path = work .. "/env", key = "" }
        return path and path:sub(#work + 6) or nil, message
    end

    it("is the one that is there", function()
        for _, name in ipairs { "package-lock.json", "Cargo.lock", ".flox/env/manifest.lock", "flake.lock" } do
            assert.equal(name, (find(name, "README.md")))
        end
    end)

    it("is Bun's binary one only where there is no other, for it says what to do", function()
        assert.equal("bun.lockb", find "bun.lockb")
        assert.equal("bun.lock", find("bun.lock", "bun.lockb"))
        assert.equal("package-lock.json", find("package-lock.json", "bun.lockb"))
    end)

    it("is not guessed among several, nor where there is none", function()
        local path, message = find "README.md"
        assert.is_nil(path)
        assert.is_truthy(message:find("/env: no lockfile that upnudge knows; name one with --lockfile", 1, true), message)
        path, message = find("Cargo.lock", "flake.lock")
        assert.is_nil(path)
        assert.is_truthy(message:find("several lockfiles (", 1, true) and message:find("/env/Cargo.lock", 1, true)
            and message:find("/env/flake.lock", 1, true), message)
    end)

    it("is the first name of a format, and what says more than what stands beside it", function()
        assert.equal("npm-shrinkwrap.json", (find("package-lock.json", "npm-shrinkwrap.json")))
        assert.equal("go.mod", (find("go.sum", "go.mod")))
        assert.equal("go.sum", (find "go.sum"))
        assert.equal("go.work.sum", (find "go.work.sum"))
        assert.equal("go.mod", (find("go.work.sum", "go.mod", "go.sum")))
        assert.equal("gems.locked", (find("gems.locked", "gems.rb")))
        assert.equal("Gemfile.lock", (find("gems.locked", "Gemfile.lock")))
        assert.equal("gradle.lockfile", (find("libs.versions.toml", "gradle.lockfile")))
        assert.equal("gradle.lockfile", (find("verification-metadata.xml", "libs.versions.toml", "gradle.lockfile")))
        assert.equal("libs.versions.toml", (find("verification-metadata.xml", "libs.versions.toml")))
        assert.equal("verification-metadata.xml", (find "verification-metadata.xml"))
        assert.equal("libs.versions.toml", (find "libs.versions.toml"))
        assert.equal("requirements.txt", (find("requirements.txt", "requirements-dev.txt")))
    end)

    it("is what a tool locks, before what people also write by hand", function()
        assert.equal("uv.lock", (find("requirements.txt", "uv.lock")))
        assert.equal("package-lock.json", (find("requirements.txt", "package-lock.json")))
        assert.equal("conda-lock.yml", (find("environment.yml", "conda-lock.yml")))
        assert.is_nil((find("environment.yml", "requirements.txt")))
        assert.equal("requirements.txt", (find("manifest.json", "requirements.txt")))
        assert.equal("requirements.txt", (find(".tool-versions", ".pre-commit-config.yaml", "requirements.txt")))
        assert.equal("Cargo.lock", (find(".tool-versions", ".pre-commit-config.yaml", "Cargo.lock")))
        assert.equal(".tool-versions", (find(".tool-versions", ".pre-commit-config.yaml")))
    end)

    it("may be one of a team's formats, also one that has the name of ours", function()
        format "acme"
        assert.equal("acme.lock", (find "acme.lock"))
        assert.is_nil((find("acme.lock", "Cargo.lock")))
        reader:close()
        format("ours", nil, "Cargo.lock")
        assert.equal("Cargo.lock", (find "Cargo.lock"))
    end)
end)
