--- What is kept of a directory's other environments.

local command = require "command"
local core = require "upnudge.core"
local list = require "upnudge.record.list"
local records = require "upnudge.record"
local removal = require "upnudge.record.removal"
local siblings = require "upnudge.record.siblings"
local stage = require "stage"

local work, first

before_each(function()
    work = stage.bare()
    first = stage.record()
end)

after_each(stage.strike)

local function sibling(format)
    return records.open(core, { cache = work .. "/state", state = work .. "/state" }, siblings.environment(stage.PATH, stage.KEY, format))
end

local function commit(...)
    for _, record in ipairs { ... } do
        assert(stage.commit(record, { last_checked = stage.NOW }))
    end
end

describe("the siblings of a record", function()
    it("are the formats beside it, in order, whether or not anything is in them", function()
        assert.same({}, siblings.formats(first))
        commit(first, sibling "npm", sibling "cargo")
        command.must 'cd "$work"/state/*/beside && mkdir uv && touch Strange .dot a_b && ln -s uv link'
        assert.same({ "cargo", "link", "npm", "uv" }, siblings.formats(first))
        local places = {}
        for i, record in ipairs(siblings.records(first)) do
            places[i] = record.beside or "first"
        end
        assert.same({ "first", "cargo", "link", "npm", "uv" }, places)
        command.must 'chmod g+w "$work"/state/*/beside'
        assert.same({}, siblings.formats(first))
    end)

    it("are listed behind it, and alone where it is gone", function()
        commit(sibling "npm", first, sibling "cargo")
        local function listed()
            local found = {}
            for i, record in ipairs(list.records { cache = work .. "/state", state = work .. "/state" }) do
                found[i] = record.beside or "first"
            end
            return found
        end
        assert.same({ "first", "cargo", "npm" }, listed())
        command.must 'rm "$work"/state/*/record.json'
        assert.same({ "cargo", "npm" }, listed())
    end)

    it("go with it or by themselves, and the directories with the last", function()
        commit(first, sibling "npm", sibling "cargo")
        assert.is_true((removal.remove { sibling "npm" }))
        assert.same({ "cargo" }, siblings.formats(first))
        assert.is_true((removal.remove { first }))
        assert.equal("not-found", select(3, first:read()))
        assert.equal(stage.NOW, sibling "cargo":read().last_checked)
        assert.is_true((removal.remove { sibling "cargo" }))
        assert.equal("", command.must 'ls -A "$work/state"')
        commit(first, sibling "npm", sibling "cargo")
        assert.is_true((removal.remove(siblings.records(first))))
        assert.equal("", command.must 'ls -A "$work/state"')
    end)

    it("all stay where one of them is being checked", function()
        commit(first, sibling "cargo")
        do
            local directory <close> = assert(sibling "cargo":directory())
            local _lock <close> = assert(directory:lock "check.lock")
            assert.equal("busy", select(3, removal.remove(siblings.records(first))))
        end
        assert.equal(stage.NOW, first:read().last_checked)
        assert.equal(stage.NOW, sibling "cargo":read().last_checked)
        assert.is_true((removal.remove(siblings.records(first))))
    end)
end)
