--- Where what is kept of several environments of one directory stands, in each of the places.

local checking = require "checking"
local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local NPM <const> = [[{ "name": "p", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
    "": { "name": "p" }, "node_modules/left": { "version": "%s" } } }]]
local CARGO <const> = '[[package]]\nname = "serde"\nversion = "%s"\n'
    .. 'source = "registry+https://github.com/rust-lang/crates.io-index"\n'

local work, project

before_each(function()
    checking.set { ["project/package-lock.json"] = NPM:format "1.0.0", ["npm.new"] = NPM:format "1.1.0",
        ["project/Cargo.lock"] = CARGO:format "1.0.0", ["cargo.new"] = CARGO:format "2.0.0" }
    work, project = command.variables.work, command.variables.project
    for name, place in pairs { XDG_CACHE_HOME = "cache", XDG_STATE_HOME = "own", XDG_RUNTIME_DIR = "run" } do
        command.variables[name] = work .. "/" .. place
        stage.finally(function() command.variables[name] = nil end)
    end
end)

after_each(stage.strike)

local NAMES <const> = { npm = "package-lock.json", cargo = "Cargo.lock" }

local function check(...)
    for _, format in ipairs { ... } do
        command.must('"$upnudge" check "$project" --lockfile "$project"/%s --new "$work"/%s.new --max-age 0', NAMES[format], format)
    end
end

local function notify(words)
    return command.must('"$upnudge" notify "$project" --tty 2>&1 ' .. (words or ""))
end

--- How many environments an activation tells of.
local function told(words)
    return select(2, notify(words):gsub("available in", ""))
end

local function ignored()
    return cjson.decode(command.must '"$upnudge" ignore "$project" --json').ignore
end

--- The files that are called so below a directory, without the app's own and the key.
local function places(directory, name)
    return (command.must('cd "$work"/%s && find . -name %s | LC_ALL=C sort', directory, name)
        :gsub("%./upnudge/default/%x+/", ""):gsub("\n", " "))
end

local function nothing(directory)
    assert.equal("", command.must('find "$work"/%s -mindepth 1 -not -type d -not -name .collected -not -name making.lock', directory))
    assert.equal("", command.must('find "$work"/%s/upnudge/default -mindepth 1 -type d', directory))
end

describe("several environments of one directory", function()
    it("have a home each for what a person chose and was told, one in the other", function()
        check("npm", "cargo")
        assert.equal("beside/cargo/record.json record.json ", places("cache", "record.json"))
        assert.equal(2, told())
        assert.equal(0, told())
        command.must '"$upnudge" ignore "$project" none-of-it'
        assert.equal("about.txt beside/cargo/about.txt ", places("own", "about.txt"))
        for _, name in ipairs { "notified.json", "choices.json", "decisions.log" } do
            assert.equal(("beside/cargo/%s %s "):format(name, name), places("own", name))
            assert.equal("", places("cache", name))
        end
        assert.equal("700\n", command.must 'find "$work/own" -type d -printf "%m\n" | sort -u')
        -- What can be made again is: each finds its own, whichever comes first.
        command.must 'rm -r "$work/cache"'
        check "cargo"
        assert.equal("beside/cargo/record.json ", places("cache", "record.json"))
        assert.same({ "none-of-it" }, ignored())
        check "npm"
        assert.equal("beside/cargo/record.json record.json ", places("cache", "record.json"))
        assert.equal(0, told())
        command.must '"$upnudge" forget "$project"'
        nothing "cache"
        nothing "own"
    end)

    it("are all gone with the directory, those too that only a person knows", function()
        check("npm", "cargo")
        notify()
        command.must 'rm -r "$work/cache" "$project"; touch "$work/more"'
        assert.same({ project }, cjson.decode(command.must '"$upnudge" gc --json').removed)
        nothing "own"
    end)

    it("take along what stood elsewhere, the first before another one has a home in its own", function()
        command.variables.UPNUDGE_STATE_DIR = work .. "/cache/upnudge/default"
        stage.finally(function() command.variables.UPNUDGE_STATE_DIR = nil end)
        check("npm", "cargo")
        assert.equal(2, told())
        command.must '"$upnudge" ignore "$project" none-of-it'
        command.variables.UPNUDGE_STATE_DIR = nil
        assert.same({ "none-of-it" }, ignored())
        assert.equal(0, told '--lockfile "$project/Cargo.lock"')
        for _, name in ipairs { "choices.json", "notified.json", "decisions.log" } do
            assert.equal(("beside/cargo/%s %s "):format(name, name), places("own", name))
            assert.equal("", places("cache", name))
        end
        assert.equal(0, told())
        assert.same({ "none-of-it" }, ignored())
    end)

    it("are in the refuge, and come along to a home that can be written", function()
        command.must 'echo no >"$work/cache"; echo no >"$work/own"; mkdir -m 700 "$work/run"'
        check("npm", "cargo")
        assert.equal("beside/cargo/record.json record.json ", places("run", "record.json"))
        assert.equal(2, told())
        assert.equal(0, told())
        command.must '"$upnudge" ignore "$project" none-of-it'
        assert.equal("beside/cargo/choices.json choices.json ", places("run", "choices.json"))
        assert.equal(2, #cjson.decode(command.must '"$upnudge" list --json').environments)
        command.must 'rm "$work/own"'
        assert.equal(0, told())
        assert.equal("beside/cargo/notified.json notified.json ", places("own", "notified.json"))
        command.must 'rm "$work/cache"'
        check "cargo"
        check "npm"
        assert.equal("beside/cargo/record.json record.json ", places("cache", "record.json"))
        assert.equal(0, told())
        assert.same({ "none-of-it" }, ignored())
        command.must '"$upnudge" forget "$project"'
        for _, directory in ipairs { "cache", "own", "run" } do
            nothing(directory)
        end
    end)
end)
