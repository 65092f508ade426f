--- The options with which a person finds what a notice tells of.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local work, env, state, now, variables

before_each(function()
    work, env, state = stage.set()
    now, variables = stage.NOW, { HOME = work }
end)

after_each(stage.strike)

local function open(options)
    return stage.open(options, function() return now end, variables)
end

describe("the hint of a notice", function()
    local function notice(options, activation)
        local runtime = assert(open(options))
        assert.equal("checked", runtime:check_begin(env, { max_age = 0 }):commit(command.read(stage.NEW)).outcome)
        activation = activation or {}
        activation.tty, now = true, now + 7 * stage.DAY
        return runtime:notify(env, activation).text
    end

    --- What stands in the quotes.
    local function hint(options)
        return notice(options):match "Use '(.*)' for details%.$"
    end

    it("names the app and the state directory where they are not the usual ones", function()
        local place = require "upnudge.lib.shell".quote(env)
        assert.equal("upnudge show " .. place, hint {})
        assert.equal("upnudge show " .. place, hint {})
        assert.equal("upnudge show " .. place .. " --app acme", hint { app = "acme" })
        variables.UPNUDGE_STATE_DIR = state
        assert.equal("upnudge show " .. place .. " --app acme", hint { app = "acme", state_dir = state .. "/" })
        variables.UPNUDGE_STATE_DIR = nil
        assert.equal(("upnudge show %s --state-dir '%s'"):format(place, state), hint { state_dir = state })
        variables.XDG_CACHE_HOME = work .. "/it's"
        assert.equal(("upnudge show %s --app acme --state-dir '%s'"):format(place, state), hint { app = "acme", state_dir = state })
    end)

    it("finds what it is about when it is pasted", function()
        for _, options in ipairs { { state_dir = work .. "/it's $HOME; *" }, { app = "acme", state_dir = state }, {}, { app = "a.b" } } do
            command.variables.XDG_CACHE_HOME = work .. "/.cache"
            stage.finally(function() command.variables.XDG_CACHE_HOME = nil end)
            local said = command.shell('upnudge() { "$upnudge" "$@"; }\n' .. hint(options):gsub("%%", "%%%%") .. " --json", "")
            assert.equal(0, said.code, said.err)
            assert.equal(env, cjson.decode(said.out).environment)
        end
    end)

    it("is the host's, or none", function()
        assert.equal("Use 'acme show' for details.", notice({ state_dir = state }, { hint = "acme show" }):match "\n(.*)$")
        assert.is_truthy(notice({ state_dir = state }, { hint = "" }):find "^%d+ version changes and 1 rebuild available in webshop%.$")
        assert.is_truthy(notice({ state_dir = state, policy = "stateless-hint" }, { hint = "" }):find "available in webshop%.$")
        assert.equal("Use 'x' for details.", notice({ state_dir = state, policy = "stateless-hint" }, { hint = "x" }))
        local policy = stage.policy '{ api = 1, name = "p", hint = "", rules = { u.rule "r" { notify = u.always() } } }'
        assert.is_truthy(notice { state_dir = state, policy = policy }:find "available in webshop%.$")
    end)

    it("of a world is a person's", function()
        local world <close> = require "upnudge.testing".world { installed = { a = "1" } }
        world:offer("a", "2"):check()
        assert.is_truthy(world:activate().text:find("Use 'upnudge show /home/me/webshop' for details.", 1, true))
    end)
end)
