--- Strategies: their contract, which every one of ours keeps in its own manner, and how one is found.

local command = require "command"
local stage = require "stage"
local strategies = require "upnudge.strategy"

local NOW <const>, HOUR <const> = stage.NOW, stage.HOUR

--- What each guarantees: whether it remembers the time, which result was shown and how often, and whether a claim
--- is compared with what was seen. Whoever remembers what was shown remembers to which sessions, too.
local OURS <const> = {
    ["simple"] = { time = true },
    ["separate-lock"] = { time = true, shown = true, compares = true },
    ["stateless"] = {},
    ["database"] = { time = true, shown = true, compares = true },
}

local work, record

before_each(function()
    work = stage.bare()
    record = stage.record()
end)

after_each(stage.strike)

local function listing()
    return command.must('cd "$work" && find . -type f ! -name "*-shm" -exec sha256sum {} + | sort -k 2')
end

--- The strategy, whose every claim is rehearsed before: with the same answer, and without a trace.
local function rehearsing(strategy)
    return setmetatable({ claim = function(of, seen, what)
        local before, answer, more = listing(), "won", nil
        if strategy.rehearse then
            answer, more = strategy.rehearse(of, seen, what)
        end
        assert.equal(before, listing())
        local outcome, there = strategy.claim(of, seen, what)
        assert.equal(answer, outcome)
        assert.same(type(more) == "table" and more.history or more, type(there) == "table" and there.history or there)
        return outcome, there
    end }, { __index = strategy })
end

--- A strategy as a runtime has it, on the machine of that name.
local function open(name, machine)
    local strategy = assert(strategies.find(name))
    command.must 'touch "$work/shared.sqlite"'
    -- Longer than a policy may have it: here nothing is asserted of its deadline.
    return rehearsing(strategy.open and strategy.open { app = "t", state_dir = work .. "/" .. (machine or "state"),
        deadline = 120000, database = ("sqlite:%s/shared.sqlite"):format(work), variable = function() end } or strategy)
end

local function commit(strategy, fields)
    local directory <close> = assert(record:directory(true))
    return strategy.commit_check(record, directory, fields)
end

--- What it knows, in the manner of a runtime: the record is read first.
local function read(strategy)
    record:read()
    return assert(strategy.read(record))
end

local function notice(now, fingerprint)
    return { fingerprint = fingerprint or "f", rule = "r", clock = function() return now end, fixed = true }
end

for name, guarantee in pairs(OURS) do
    describe("strategy " .. name, function()
        local strategy

        before_each(function()
            strategy = open(name)
            assert(commit(strategy, { name = "shop" }))
        end)

        --- What is remembered of a notice.
        local function known(now, fingerprint, times)
            return { last_notified = guarantee.time and now or nil, shown = guarantee.shown and fingerprint or nil,
                times = guarantee.shown and times or nil }
        end

        it("knows of no notice before the first", function()
            assert.same({}, stage.common(read(strategy).history))
        end)

        it("wins a claim from what is there, and remembers it as it does", function()
            assert.equal("won", strategy.claim(record, read(strategy), notice(NOW)))
            assert.same(known(NOW, "f", 1), stage.common(read(strategy).history))
            assert.equal("won", strategy.claim(record, read(strategy), notice(NOW + 1)))
            assert.same(known(NOW + 1, "f", 2), stage.common(read(strategy).history))
            assert.equal("won", strategy.claim(record, read(strategy), notice(NOW + 2, "g")))
            assert.same(known(NOW + 2, "g", 1), stage.common(read(strategy).history))
        end)

        it(guarantee.compares and "tells whoever saw less what is newer, who then decides again" or "compares nothing", function()
            local seen = read(strategy)
            assert.equal("won", strategy.claim(record, seen, notice(NOW)))
            local outcome, more = strategy.claim(record, seen, notice(NOW + 1, "g"))
            if not guarantee.compares then
                assert.equal("won", outcome)
                assert.same(known(NOW + 1, "g", 1), stage.common(read(strategy).history))
                return
            end
            assert.equal("newer", outcome)
            assert.same({ NOW, "f", 1 }, { more.history.last_notified, more.history.shown, more.history.times })
            assert.same(known(NOW, "f", 1), stage.common(read(strategy).history))
            assert.equal("won", strategy.claim(record, more, notice(NOW + HOUR, "g")))
            assert.same(known(NOW + HOUR, "g", 1), stage.common(read(strategy).history))
        end)

        it("keeps the outcome of a check and the last notice apart", function()
            strategy.claim(record, read(strategy), notice(NOW))
            assert(commit(strategy, { last_checked = NOW + 5 }))
            assert.same(known(NOW, "f", 1), stage.common(read(strategy).history))
            strategy.claim(record, read(strategy), notice(NOW + HOUR))
            record:read()
            assert.same({ NOW + 5, "shop" }, { record.value.last_checked, record.value.name })
        end)

        it("reads what it may without a lock", function()
            strategy.claim(record, read(strategy), notice(NOW))
            local directory <close> = assert(record:directory())
            local _notified <close> = assert(directory:lock "notified.lock")
            local _check <close> = assert(directory:lock "check.lock")
            assert.same(known(NOW, "f", 1), stage.common(read(strategy).history))
            local outcome, why = strategy.claim(record, read(strategy), notice(NOW + 1))
            if guarantee.compares then
                assert.same({ nil, "another activation is showing it just now" }, { outcome, why })
            else
                assert.equal("won", outcome)
            end
        end)

        it("remembers the sessions that were told, where those matter" .. (guarantee.shown and "" or ": not this one"), function()
            local function tell(now, session)
                local what = notice(now)
                what.session = session
                assert.equal("won", strategy.claim(record, read(strategy), what))
                return read(strategy).history.sessions
            end
            local function known_to(sessions)
                return guarantee.shown and sessions or nil
            end
            assert.is_nil(tell(NOW))
            assert.equal(known_to "a", tell(NOW + 1, "a"))
            assert.equal(known_to "b a", tell(NOW + 2, "b"))
            assert.equal(known_to "b a", tell(NOW + 3))
            assert.equal(known_to "a b", tell(NOW + 4, "a"))
        end)

        it("goes on with what another one remembers", function()
            for other, its in pairs(OURS) do
                command.must 'rm -rf "$work/state" "$work"/shared.sqlite*'
                local first, second = open(other), open(name)
                assert(commit(first, { name = "shop" }))
                assert.equal("won", first.claim(record, read(first), notice(NOW)))
                local history = read(second).history
                assert.equal(guarantee.time and its.time and NOW or nil, history.last_notified, other)
                assert.equal("won", second.claim(record, read(second), notice(NOW + HOUR)), other)
                assert.equal(guarantee.time and NOW + HOUR or nil, read(second).history.last_notified, other)
            end
        end)

        if guarantee.time then
            it("wins nothing where it cannot remember it", function()
                local seen = read(strategy)
                command.must 'rm -r "$work"/state/*'
                local outcome, why = strategy.claim(record, seen, notice(NOW))
                assert.is_nil(outcome)
                assert.is_truthy(why:find("No such file", 1, true), why)
            end)
        end
    end)
end

describe("strategies", function()
    it("are ours by name, or nobody's, and then those that there are are told", function()
        for name in pairs(OURS) do
            assert.equal("table", type(strategies.find(name)))
        end
        local strategy, message = strategies.find("separate-lok", function() end)
        assert.is_nil(strategy)
        assert.is_truthy(message:find("no strategy 'separate-lok'; did you mean 'separate-lock'? (one of: database, "
            .. "separate-lock, simple, stateless); or a file upnudge/strategy/separate_lok.lua on UPNUDGE_LUA_PATH", 1, true), message)
    end)

    it("that are shared by machines tell one of them", function()
        local here, there = open "database", open("database", "elsewhere")
        local other = stage.record(nil, "elsewhere")
        for _, one in ipairs { record, other } do
            assert(stage.commit(one, { name = "shop" }))
        end
        local seen = there.read(other)
        assert.equal("won", here.claim(record, read(here), notice(NOW)))
        local outcome, more = there.claim(other, seen, notice(NOW + 1))
        assert.equal("newer", outcome)
        assert.same({ NOW, "f", 1 }, { more.history.last_notified, more.history.shown, more.history.times })
        assert.equal(NOW, there.read(other).history.last_notified)
        assert.equal("won", there.claim(other, more, notice(NOW + HOUR)))
        local newer, back = here.claim(record, read(here), notice(NOW + HOUR + 1))
        assert.same({ "newer", NOW + HOUR, 2 }, { newer, back.history.last_notified, back.history.times })
    end)
end)

describe("strategy simple", function()
    it("does without a notified.json that cannot be read, but not without one that is newer than it", function()
        local strategy = open "simple"
        assert(commit(strategy, { name = "shop", last_notified = NOW }))
        local path = record.directory_path .. "/notified.json"
        command.must("mkdir %s", path)
        assert.same({ last_notified = NOW }, stage.common(read(strategy).history))
        command.must("rmdir %s && ln -s /dev/null %s", path, path)
        assert.same({ last_notified = NOW }, stage.common(read(strategy).history))
        command.must("rm %s && echo '{\"schema\":99}' > %s && chmod 600 %s", path, path, path)
        record:read()
        local seen, message = strategy.read(record)
        assert.is_nil(seen)
        assert.is_truthy(message:find("newer upnudge", 1, true), message)
    end)
end)

describe("a strategy of a team's own", function()
    local GOOD <const> = "return { read = function() return { history = {}, 'here' } end, commit_check = print, claim = print }"

    local function find(name, path)
        return strategies.find(name, function(variable)
            assert.equal("UPNUDGE_LUA_PATH", variable)
            return path or work .. "/?.lua"
        end)
    end

    local function write(name, text)
        command.must 'mkdir -p "$work/upnudge/strategy"'
        command.write(("%s/upnudge/strategy/%s.lua"):format(work, name), text)
    end

    it("is a file of that name, whose dashes are underscores", function()
        write("our_own", GOOD)
        assert.equal("here", assert(find "our-own").read()[1])
        assert.equal("here", assert(find("our-own", "/nowhere/?.lua;" .. work .. "/?.lua")).read()[1])
    end)

    it("is looked for in absolute places alone", function()
        write("our_own", GOOD)
        local inside = ("cd %s && "):format(command.quote(work)) .. command.lua .. " -e %s"
        local said = command.must(inside, "print((require 'upnudge.strategy'.find('our-own', function() return './?.lua;?.lua' end)))")
        assert.equal("nil\n", said)
        assert.is_nil((find("our-own", "")))
    end)

    it("is refused where it is no table of the three functions", function()
        for text, words in pairs { ["return 5"] = "a strategy is a table of functions", [""] = "a strategy is a table of functions",
            ["return { read = print, claim = print }"] = "has the functions read, commit_check, claim; 'commit_check' is missing",
            ["return { read = print, commit_check = print, claim = {} }"] = "'claim' is missing",
            ["return { read = print, commit_check = print, claim_notice = print }"] = "claim_notice has become claim",
            ["return {}"] = "'read' is missing",
            ["error 'not today'"] = "not today",
            ["error {}"] = "an error that is no text but a table", ["return {"] = "expected", ["\27Lua"] = "attempt to load a binary chunk",
            ["return { open = 5, read = print, commit_check = print, claim = print }"] = "'read' is missing" } do
            write("own", text)
            local strategy, message = find "own"
            assert.is_nil(strategy, text)
            assert.is_truthy(message:find(words, 1, true), message)
        end
    end)

    it("may have settings, and then gives its functions when it is opened", function()
        local function opened(text)
            write("own", text)
            return strategies.open("own", assert(find "own"), { app = "acme" })
        end
        assert.equal("acme", select(2, opened [[return { open = function(settings) return { read = function() return nil, settings.app end,
            commit_check = print, claim = print } end }]].read()))
        for text, words in pairs { ["return { open = print }"] = "the strategy 'own', opened: a strategy is a table of functions",
            ["return { open = function() return { read = print } end }"] = "'commit_check' is missing",
            ["return { open = function() error 'not today' end }"] = "not today" } do
            local ok, message = pcall(opened, text)
            assert.is_false(ok)
            assert.is_truthy(message:find(words, 1, true), message)
        end
    end)

    it("takes no name of ours", function()
        write("simple", "return { read = 1 }")
        assert.equal(require "upnudge.strategy.simple", (find "simple"))
    end)
end)

describe("strategy database", function()
    it("knows the sessions of this machine when another one was told meanwhile", function()
        local strategy, database = open "database", require "upnudge.strategy.database"
        assert(commit(strategy, { name = "shop" }))
        local function tell(seen, now, session)
            local what = notice(now)
            what.session = session
            return strategy.claim(record, seen, what)
        end
        assert.equal("won", tell(read(strategy), NOW, "a"))
        local settings = { app = "t" }
        local name, format = database.environment(settings, record)
        -- Open to the end: the last connection that closes writes to the file, when the collector has it close or not.
        local sql = require "upnudge.strategy.database_sql".open(("sqlite:%s/shared.sqlite"):format(work), 10000)
        sql:prepare():import(database.scope(settings), name, format, { last_notified = NOW + 5, shown = "g", times = 1 })
        local outcome, more = tell(read(strategy), NOW + 9, "b")
        assert.same({ "newer", NOW + 5, "g", "a" }, { outcome, more.history.last_notified, more.history.shown,
            more.history.sessions })
        assert.equal("won", tell(more, NOW + 9, "b"))
        assert.same({ NOW + 9, "b a" }, { read(strategy).history.last_notified, read(strategy).history.sessions })
        sql.handle:close()
    end)
end)
