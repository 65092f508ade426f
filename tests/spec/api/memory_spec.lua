--- A host without memory (tests/memory/): whatever request is refused, it goes on.

local command = require "command"
local stage = require "stage"

local NEW <const>, NOW <const> = stage.NEW, stage.NOW
local PROGRAM <const> = ("%s/%s/tests/memory/main"):format(command.root, command.build)

local work, env

before_each(function()
    work, env = stage.set()
end)

after_each(stage.strike)

--- A policy that tells once a day.
local function policy(strategy)
    command.write(work .. "/daily.lua", ([[
        local u = require "upnudge"
        return u.policy { api = 1, name = "daily", strategy = %q, rules = { u.rule "daily" { notify = u.every "1d" } } }
    ]]):format(strategy))
    return work .. "/daily.lua"
end

--- How often memory was asked for, by the thing that is done.
local function requests(said)
    local counts = {}
    for thing, count in said:gmatch "([%a ]+): (%d+)\n" do
        counts[thing] = math.tointeger(count)
    end
    return counts
end

local function play(kind, strategy, upgraded, ...)
    local words = { PROGRAM, kind, env, work .. "/state", policy(strategy), NOW, upgraded, table.concat({ ... }, ",") }
    local result = command.shell(("%s "):rep(#words), table.unpack(words))
    assert.are.equal(0, result.code, result.out .. result.err)
    return requests(result.out), result.out
end

--- An environment with another lockfile, and one with newer packages.
local function environment(name, fixture, old, new)
    local bytes = command.read(command.root .. "/tests/fixtures/" .. fixture)
    local newer, count = bytes:gsub(old, new)
    assert.is_true(count > 0)
    command.must 'rm -r "$env/.flox"'
    command.write(env .. "/" .. name, bytes)
    command.write(work .. "/newer", newer)
    return work .. "/newer"
end

-- A sanitiser has an allocator of its own.
if command.sanitised then
    pending "a host without memory: a sanitiser has an allocator of its own"
    return
end

describe("a host without memory", function()
    -- All requests of a commit are in "all of it", too.
    it("hears so, holds no lock and leaks nothing", function()
        local asked = play("warm", "separate-lock", NEW, "open", "be quiet", "tell", "begin a check", "record a failure",
            "abort a check", "close", "say what mends a problem", "explain", "list changes", "choose", "forget", "call",
            "detach", "all of it")
        assert.is_true(asked.open > 20 and asked["be quiet"] > 5 and asked.tell > 10, asked.open)
        assert.is_true(asked["begin a check"] > 20 and asked["record a failure"] > 10 and asked["all of it"] > 200)
        assert.is_true(asked.explain > 50 and asked["list changes"] > 50 and asked.choose > 50 and asked.call > 20)
    end)

    it("does so in what the strategy 'simple' does in another way", function()
        local asked = play("warm", "simple", NEW, "be quiet", "tell", "explain")
        assert.is_true(asked["be quiet"] > 5 and asked.tell > 10 and asked.explain > 50)
    end)

    it("is not ended where it loads the reader of JSON, unless glibc's table of unique symbols is refused", function()
        local asked, said = play("cold", "separate-lock", NEW, "begin a check", "call")
        assert.is_true(asked["begin a check"] > 40 and asked.call > 40, said)
        -- A reader that carries its C++ runtime has no such symbols.
        if not command.must('readelf -d "$build/upnudge-json.so"'):find("libstdc++", 1, true) then
            assert.are.equal(0, asked["ended by the loader"], said)
        end
    end)

    for name, file in pairs { YAML = { "pnpm-lock.yaml", "pnpm/v9.yaml", "1%.0%.0", "1.0.7" },
        TOML = { "Cargo.lock", "cargo/v4.lock", "1%.3%.2", "1.3.3" },
        XML = { "verification-metadata.xml", "gradle-verification/verification-metadata.xml", "1%.2%.3", "1.2.9" } } do
        it("hears so from the reader of " .. name, function()
            local newer = environment(table.unpack(file))
            assert.is_true(play("warm", "simple", newer, "begin a check")["begin a check"] > 10)
        end)
    end
end)
