--- The facts of an activation that few policies ask for, as a host has them.

local core = require "upnudge.core"
local hosts = require "upnudge.runtime.host"

--- A host with those variables.
local function host(variables)
    return hosts.new { variable = function(name) return variables[name] end }
end

local function facts(variables, activation)
    return host(variables):describe("acme", activation or {})
end

describe("the facts of an activation", function()
    it("tell a session, a person and a machine apart, and not who or what they are", function()
        local one = facts { UPNUDGE_SESSION = "secret-id", LOGNAME = "ada", UPNUDGE_MACHINE = "box" }
        local again = facts { UPNUDGE_SESSION = "secret-id", USER = "ada", LOGNAME = "", UPNUDGE_MACHINE = "box" }
        local other = facts { UPNUDGE_SESSION = "other", LOGNAME = "bob", UPNUDGE_MACHINE = "bax" }
        for _, name in ipairs { "session", "user", "machine" } do
            assert.is_nil(rawget(one, name), name)
            assert.is_truthy(one[name]:find("^" .. ("%x"):rep(16) .. "$"), one[name])
            assert.equal(one[name], again[name])
            assert.are_not.equal(one[name], other[name])
        end
        local plain, same = facts({ LOGNAME = "x" }), facts({ LOGNAME = "x", UPNUDGE_MACHINE = "x", UPNUDGE_SESSION = "x" })
        assert.is_true(same.user ~= same.machine and same.machine ~= same.session and same.user ~= same.session)
        assert.equal(same.user, plain.user)
    end)

    it("know the session by the host, then by the variable, then by the system", function()
        local one = host { UPNUDGE_SESSION = "v" }
        local by_variable = one:describe("acme", { tty = true }).session
        local by_host = one:describe("acme", { tty = true, session = "h" }).session
        assert.are_not.equal(by_variable, by_host)
        assert.equal(by_host, facts({ UPNUDGE_SESSION = "h" }).session)
        assert.equal(by_variable, one:describe("acme", { tty = true }).session)
        assert.equal(by_variable, one:describe("acme", { tty = true, session = "" }).session)
        local found = core.shell_session()
        local by_system = facts({ UPNUDGE_SESSION = "" }).session
        assert.equal(found and core.hash("found session\0" .. found):sub(1, 16) or false, by_system)
        assert.are_not.equal(found and facts({ UPNUDGE_SESSION = found }).session, by_system)
    end)

    it("know the machine by its id, and never tell that", function()
        local id = core.read("/etc/machine-id", 64)
        id = id and id:match "^(%x+)\n?$"
        local expected = core.hash("machine\0" .. (id and #id == 32 and id or core.machine())):sub(1, 16)
        assert.equal(expected, facts({}).machine)
        assert.is_nil((id or ""):find(expected, 1, true))
    end)

    it("have what the host says in words of its own, and are others when that is", function()
        local one = host {}
        local first = one:describe("acme", { tty = true, attributes = { a = "1", b = "2" } })
        assert.same({ a = "1", b = "2" }, first.attributes)
        assert.equal(first, one:describe("acme", { tty = true, attributes = { b = "2", a = "1" } }))
        for _, attributes in ipairs { { a = "1" }, { a = "1", b = "3" }, { a = "1", b = "2", c = "" }, {}, { a = ("x"):rep(9999) } } do
            local other = one:describe("acme", { tty = true, attributes = attributes })
            assert.are_not.equal(first, other)
            assert.equal(other, one:describe("acme", { tty = true, attributes = attributes }))
            first = one:describe("acme", { tty = true, attributes = { a = "1", b = "2" } })
        end
        assert.equal(one:describe("acme", { tty = true }), one:describe("acme", { tty = true, attributes = {} }))
        assert.is_true(#one:describe("acme", { attributes = { a = ("x"):rep(9999) } }).attributes.a < 2000)
    end)
end)
