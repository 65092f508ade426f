--- A host that has memory of its own, and a library that takes no other.

local command = require "command"
local stage = require "stage"

local work, env, state

before_each(function()
    work, env, state = stage.set()
end)

after_each(stage.strike)

--- An environment with another lockfile, and one with newer packages.
local function environment(name, fixture, old, new)
    local bytes = command.read(command.root .. "/tests/fixtures/" .. fixture)
    command.must 'rm -rf "$env/.flox"'
    command.write(env .. "/" .. name, bytes)
    command.write(work .. "/newer", (bytes:gsub(old, new)))
    return work .. "/newer"
end

local function play(host, upgraded)
    local said = command.shell("%s %s %s %s", host, state, env, upgraded)
    assert.equal(0, said.code, said.out .. said.err)
    local given, kept = said.out:match "^(%d+) given, (%d+) kept\n$"
    return math.tointeger(given), math.tointeger(kept)
end

describe("the library", function()
    local HOST <const> = ("%s/%s/tests/host/allocator"):format(command.root, command.build)
    local LOCKFILES <const> = { JSON = { "package-lock.json", "webshop/package-lock.json", "4%.18%.2", "4.19.2" },
        YAML = { "pnpm-lock.yaml", "pnpm/v9.yaml", "1%.0%.0", "1.0.7" }, TOML = { "Cargo.lock", "cargo/v4.lock", "1%.3%.2", "1.3.3" },
        XML = { "verification-metadata.xml", "gradle-verification/verification-metadata.xml", "1%.2%.3", "1.2.9" } }

    for notation, lockfile in pairs(LOCKFILES) do
        it("takes a host's memory and gives all of it back, with lockfiles of " .. notation, function()
            local given, kept = play(HOST, environment(table.unpack(lockfile)))
            assert.equal(0, kept)
            assert.is_true(given > 100, given)
        end)
    end

    it("does so where the program carries it itself", function()
        command.must("gcc %s -I%s %s %s -o %s -lm -ldl", command.sanitised and "-fsanitize=address,undefined" or "-O1", command.root,
            command.root .. "/tests/host/allocator.c", ("%s/%s/libupnudge.a"):format(command.root, command.build), work .. "/carried")
        local given, kept = play(work .. "/carried", environment(table.unpack(LOCKFILES.YAML)))
        assert.equal(0, kept)
        assert.is_true(given > 100, given)
    end)

    it("asks the C library for no memory that it would have to give back", function()
        local names = {}
        for name in command.must('nm -D --undefined-only "$build/libupnudge.so.0"'):gmatch "U ([%w_]+)" do
            names[name] = true
        end
        assert.is_true(names.malloc and names.free)
        for _, name in ipairs { "calloc", "strdup", "__strdup", "strndup", "__strndup", "getline", "getdelim", "__getdelim", "asprintf",
            "__asprintf_chk", "vasprintf", "__vasprintf_chk", "open_memstream", "scandir", "canonicalize_file_name", "get_current_dir_name",
            "reallocarray", "memalign", "aligned_alloc", "posix_memalign", "getaddrinfo", "wordexp", "glob" } do
            assert.is_nil(names[name], name)
        end
    end)
end)
