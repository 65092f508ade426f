--- The image of the small program: what it has open ahead, and that nobody can tell from its answers.

local command = require "command"
local stage = require "stage"

local NOW <const>, DAY <const> = stage.NOW, stage.DAY

local work, env, state

before_each(function()
    work, env, state = stage.set()
end)

after_each(stage.strike)

--- The modules of ours that a fresh Lua has loaded after a script.
local function loaded_by(script)
    local list = {}
    local path = work .. "/loaded.lua"
    command.write(path, script .. [[

        for name in pairs(package.loaded) do
            if name:find "^upnudge" then
                print(name)
            end
        end
    ]])
    for name in command.must(command.lua:gsub("%%", "%%%%") .. " %s", path):gmatch "%S+" do
        list[name] = true
    end
    return list
end

describe("the image", function()
    it("has every trusted module that a notice opens", function()
        -- What has just been written is read whole.
        command.must("find %s -type f -exec touch -d 2026-01-01 {} +", env)
        command.run("check", env, "--state-dir", state, "--now", NOW, "--new", stage.NEW)
        local opened = loaded_by(([[
            for _, after in ipairs { 60, 61 } do
                local runtime <close> = assert(require "upnudge".open { state_dir = %q })
                runtime:notify(%q, { tty = true, now = %d + after })
            end
        ]]):format(state, env, NOW))
        -- A host in Lua has more, which takes modules that the small program has for other activations.
        local more = loaded_by 'require "upnudge.runtime.service" require "upnudge.runtime.options"'
        local image, ours, count = loaded_by 'require "upnudge.runtime.image"', command.embedded "upnudge", 0
        for name in pairs(opened) do
            local counts = ours[name] and not more[name]
            assert.is_true(not counts or image[name], name)
            count = count + (counts and 1 or 0)
        end
        assert.is_true(count > 15, count)
    end)

    it("is filled, and cannot be filled again", function()
        if command.sanitised then
            return
        end
        local path = work .. "/filled"
        assert.equal(2, command.shell('"$build/upnudge" --fill-image %s', path).code)
        assert.is_nil(io.open(path))
        command.must('"$build/image/upnudge" --fill-image %s', path)
        assert.is_true(#command.read(path) > 1 << 19)
    end)
end)

-- What an activation says from the image and from a program that opens everything itself, each with a place of its own.
describe("with and without an image", function()
    local POLICIES <const> = {
        default = false,
        own = [[
            local u = require "upnudge"
            return u.policy { api = 1, name = "own", extends = "default", rules = {
                u.rule "fixes" { when = function(c) return c.result.security > 0 end, notify = u.once() },
                u.rule "mine" { notify = u.every "2d", text = function(c)
                    return c.env.name .. ": " .. u.text.summary(c) .. " " .. #c.result.packages
                end },
            } }
        ]],
        broken = [[ return require("upnudge").policy { api = 1, rules = { ]],
        endless = [[
            local u = require "upnudge"
            return u.policy { api = 1, name = "own", rules = { u.rule "turn" { notify = u.always(), text = function()
                while true do end
            end } } }
        ]],
        greedy = [[
            local u = require "upnudge"
            return u.policy { api = 1, name = "own", rules = { u.rule "grow" { notify = u.always(), text = function()
                local all = {}
                for i = 1, 1e9 do all[i] = ("x"):rep(1000) .. i end
                return #all .. ""
            end } } }
        ]],
    }

    local SAYS <const> = { default = "available", own = "webshop: 2 version", broken = "has a mistake",
        endless = "available", greedy = "available" }

    local function walk(program, place, policy)
        local said, named = {}, policy and "--policy " .. command.quote(policy) or ""
        local function say(name, ...)
            local result = command.shell("%s %s %s --state-dir %s " .. table.concat({ ... }, " "), program, name, env, place)
            said[#said + 1] = ("%s %d: %s%s"):format(name, result.code, result.out, (result.err:gsub(place, "PLACE")))
        end
        command.run("check", env, "--state-dir", place, "--now", NOW, "--new", stage.NEW)
        for _, after in ipairs { 60, 61, 3 * DAY, 8 * DAY, 8 * DAY + 1 } do
            say("notify", named, "--tty --exit-code --now", NOW + after)
        end
        say("notify", named, "--no-tty --now", NOW + 30 * DAY)
        say("notify", named, "--tty --project --now", NOW + 30 * DAY)
        say "prompt"
        return said
    end

    for name, text in pairs(POLICIES) do
        it("the answers are the same: policy " .. name, function()
            local path
            if text then
                path = work .. "/policy.lua"
                command.write(path, text)
            end
            local with = walk(command.program, work .. "/with", path)
            local without = walk((command.program:gsub("upnudge$", "image/upnudge")), work .. "/none", path)
            assert.same(without, with)
            assert.is_truthy(table.concat(with):find(SAYS[name]), table.concat(with))
        end)
    end
end)
