--- What is shown of one environment.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local work

before_each(function()
    work = stage.set()
    command.write(work .. "/fixes", "curl\n")
    command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new" --security "$work/fixes"'
end)

after_each(stage.strike)

local function show(words, before)
    return command.must((before or "") .. ' "$upnudge" show "$env" --state-dir "$state" ' .. (words or ""))
end

--- The lines of packages.
local function rows(text)
    local list = {}
    for line in text:gmatch "[^\n]+" do
        list[#list + 1] = line:match "^%l+ed +%S+  " or line:match "^rebuilt +%S+  "
    end
    return list
end

describe("an environment that is shown", function()
    it("has one row a package, of this system, as many as the notice counts; and all with --systems", function()
        local text = show()
        local notice = command.shell('"$upnudge" notify "$env" --state-dir "$state" --tty').err
        assert.is_truthy(notice:find("1 security fix, 1 other version change and 1 rebuild", 1, true))
        assert.is_truthy(text:find("\nwaiting        2 version changes, 1 rebuild; 1 security fix, found ", 1, true), text)
        assert.equal(3, #rows(text))
        assert.is_truthy(text:find("\n9 on other systems; --systems lists them, too\n", 1, true), text)
        assert.equal(12, #rows(show "--systems"))
    end)

    it("has marks, relative times, and says that it is stale, snoozed or ignored", function()
        local text = show()
        assert.is_truthy(text:find("curl  8.9.0 -> 8.10.1 (minor)  released 2026-01-15  [security]\n", 1, true), text)
        assert.is_truthy(text:find "\nlast checked   %d+ seconds? ago\n" and text:find "\nlast notified  never\n", text)
        command.must '"$upnudge" ignore "$env" curl --state-dir "$state"; "$upnudge" snooze "$env" 3d --state-dir "$state"'
        text = show()
        assert.is_truthy(text:find("[security]  [ignored]\n", 1, true), text)
        assert.is_truthy(text:find "\nsnoozed        ends in %d day" and text:find("\nignored        curl\n", 1, true), text)
        command.must 'cp "$new" "$env/.flox/env/manifest.lock"'
        assert.is_truthy(show():find("\nwaiting        the lockfile changed since the last check\n", 1, true))
    end)

    it("has what is too new to count, and from when on it does, as every command that counts", function()
        local policy = command.quote(stage.policy [[{ api = 1, name = "p", rules = { u.rule "r" { notify = u.always() } },
            cooldown = { minor = "7d", rebuild = "7d", from = "first_seen" } }]])
        local text = show("--policy " .. policy)
        assert.is_truthy(text:find("\nwaiting        1 version change; 1 security fix, found ", 1, true), text)
        assert.is_truthy(text:find "\ncooling        2 changes; the first counts in [67] days\n", text)
        assert.is_truthy(text:find "%(minor%).-  %[security%]\n" and text:find "%(minor%).-  %[counts in [67] days%]\n", text)
        local function told(words)
            return cjson.decode(command.shell('"$upnudge" ' .. words .. ' --json --state-dir "$state" --policy ' .. policy).out)
        end
        local status, notice, check, explanation = told 'status "$env"', told 'notify "$env" --tty', told 'check "$env" --max-age 1d',
            told 'explain "$env" --tty'
        local seen = cjson.decode(show "--json --changes").changes[1].first_seen
        local cooling = { total = 2, next_at = seen + 7 * stage.DAY, last_at = seen + 7 * stage.DAY }
        assert.same({ cooling, cooling, cooling, cooling }, { status.cooling, notice.cooling, check.cooling, explanation.cooling })
        assert.same({ 1, 1, "fresh", true }, { status.waiting.total, check.waiting.total, check.outcome, explanation.notified })
        assert.is_nil(cjson.decode(command.must '"$upnudge" status "$env" --json --state-dir "$state"').cooling)
        assert.equal("1 1", command.must('cd "$env" && "$upnudge" prompt --format "%n %s" --state-dir "$state" --policy ' .. policy):match "[^\n]+")
        local explained = command.must('"$upnudge" explain "$env" --state-dir "$state" --policy ' .. policy)
        assert.is_truthy(explained:find "\ncooling       2 too new to count; the first counts at 2%S+Z, all do at 2%S+Z\n", explained)
        command.must 'cp "$new" "$work/plain" && "$upnudge" check "$env" --state-dir "$state" --new "$new" --max-age 0'
        assert.is_truthy(command.must('"$upnudge" status "$env" --state-dir "$state" --policy ' .. policy):find(
            "\nwaiting        3 changes are too new; the first counts in [67] days\ncooling        3 changes; "))
    end)

    it("has no row that is wider than the terminal, and is whole without one", function()
        local names = { "left", ("p"):rep(90), ("\u{4e2d}\u{6587}"):rep(25), ("e\u{301}"):rep(60), "\u{1f600}" }
        local old, new = {}, {}
        for i, name in ipairs(names) do
            old[i] = ('"node_modules/%s":{"version":"1.0.0"}'):format(name)
            new[i] = ('"node_modules/%s":{"version":"%s"}'):format(name, i == 1 and "2.0.0-" .. ("x"):rep(90) or "2.0.0")
        end
        local text = '{"lockfileVersion":3,"packages":{"":{},%s}}'
        command.must 'mkdir "$work/wide"'
        command.write(work .. "/wide/package-lock.json", text:format(table.concat(old, ",")))
        command.write(work .. "/new.json", text:format(table.concat(new, ",")))
        command.write(work .. "/fixes", names[2] .. "\n" .. names[3] .. "\n")
        command.must '"$upnudge" check "$work/wide" --state-dir "$state" --new "$work/new.json" --security "$work/fixes"'
        command.write(work .. "/widest.py", [[
import sys, unicodedata
def width(c):
    return 0 if unicodedata.category(c) == "Mn" else 2 if unicodedata.east_asian_width(c) in "WF" else 1
print(max(sum(map(width, line)) for line in open(sys.argv[1], encoding="utf-8").read().split("\n") if "graded " in line))
]])
        local function widest(before)
            command.must('cd "$work/wide" && env -u COLUMNS NO_COLOR=1 TERM=xterm ' .. before
                .. [[ python3 "$root/tests/terminal.py" 60 "$upnudge" show --state-dir "$state" >"$work/said"]])
            return math.tointeger(tonumber((command.must 'python3 "$work/widest.py" "$work/said"'))), command.read(work .. "/said")
        end
        for _, columns in ipairs { 60, 79, 120 } do
            for _, how in ipairs { "WIDTH=", "WIDTH=500 COLUMNS=" } do
                local found, said = widest(how .. columns)
                assert.is_true(found <= columns and found >= columns - 2, how .. columns .. said)
                local _, marked = said:gsub("1%.0%.0 %-> 2%.0%.0 %(major%)  %[security%]\n", "")
                assert.equal(2, marked, said)
                assert.is_truthy(said:find("  \u{1f600}  1.0.0 -> 2.0.0 (major)\n", 1, true), said)
            end
        end
        local whole = command.must 'cd "$work/wide" && COLUMNS=60 "$upnudge" show --state-dir "$state"'
        for _, name in ipairs(names) do
            assert.is_truthy(whole:find("  " .. name .. "  1.0.0 -> ", 1, true), name)
        end
        -- A terminal that does not know how wide it is.
        assert.is_true(widest "TERM=dumb" > 120)
    end)

    it("says how old things are, where the lockfile tells and there is room", function()
        local function lockfile(versions)
            local packages = {}
            for i, one in ipairs(versions) do
                packages[i] = ('{"name":"acme/%s","version":"%s"%s}'):format(("abcd"):sub(i, i), one[1], one[2] and ',"time":"' .. one[2]
                    .. '","source":{"url":"https://acme.example/p"}' or "")
            end
            return ('{"content-hash":"","packages":[%s]}'):format(table.concat(packages, ","))
        end
        command.must 'mkdir "$work/aged"'
        command.write(work .. "/aged/composer.lock", lockfile { { "1.0.0", "2026-09-23" }, { "1.0.0", "2026-11-01" }, { "1.0.0" }, { "1.0.0" } })
        command.write(work .. "/new.json", lockfile { { "1.1.0", "2026-11-03" }, { "1.1.0", "2026-11-02" }, { "1.1.0", "2026-11-03" }, { "1.1.0" } })
        command.write(work .. "/fixes", "acme/a\n")
        command.must '"$upnudge" check "$work/aged" --state-dir "$state" --new "$work/new.json" --security "$work/fixes"'
        local text = command.must '"$upnudge" show "$work/aged" --state-dir "$state"'
        for _, line in ipairs { "acme/a  1.0.0 -> 1.1.0 (minor)  released 2026-11-03, 41 days behind  [security]", "acme/b  1.0.0 -> 1.1.0 (minor)  "
            .. "released 2026-11-02, 1 day behind", "acme/c  1.0.0 -> 1.1.0 (minor)  released 2026-11-03", "acme/d  1.0.0 -> 1.1.0 (minor)" } do
            assert.is_truthy(text:find("  " .. line .. "\n", 1, true), text)
        end
        for _, command_line in ipairs { "show --changes", "diff" } do
            local of = command_line == "diff" and '"$work/aged/composer.lock" "$work/new.json"' or '"$work/aged" --state-dir "$state"'
            local found = command.must('"$upnudge" ' .. command_line .. " " .. of .. " --json")
            assert.is_truthy(found:find('"source":"registry","url":"https://acme.example/p","released":1793664000,"behind":41', 1, true), found)
        end
        assert.is_truthy(command.must('"$upnudge" show "$work/aged" --state-dir "$state" --json'):find('"behind":41', 1, true))
        local function at(columns)
            return command.must(('env -u COLUMNS NO_COLOR=1 TERM=xterm WIDTH=%d python3 "$root/tests/terminal.py" 60 "$upnudge" show '
                .. '"$work/aged" --state-dir "$state"'):format(columns)):gsub("\r", "")
        end
        local whole = "upgraded    acme/a  1.0.0 -> 1.1.0 (minor)  released 2026-11-03, 41 days behind  [security]"
        assert.is_truthy(at(#whole):find(whole .. "\n", 1, true))
        assert.is_truthy(at(#whole - 1):find("upgraded    acme/a  1.0.0 -> 1.1.0 (minor)  [security]\n", 1, true))
    end)

    it("has colours where they are wanted, and nowhere else", function()
        assert.is_nil(show():find "\27")
        assert.is_truthy(show("", "CLICOLOR_FORCE=1"):find("\27[1;31m  [security]\27[0m\n", 1, true))
        assert.is_nil(show("", "NO_COLOR=1 CLICOLOR_FORCE=1"):find "\27")
        command.must [[cat >"$work/watch.py" <<'END'
import os, pty, sys
out = b""
def read(fd):
    global out
    data = os.read(fd, 4096)
    out += data
    return data
saved = os.dup(1)
os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
pty.spawn(sys.argv[1:], read)
os.dup2(saved, 1)
sys.stdout.write("coloured\n" if b"\x1b[" in out else "plain %d\n" % (len(out) > 0))
END]]
        local words = 'python3 "$work/watch.py" "$upnudge" show "$env" --state-dir "$state"'
        assert.equal("coloured\n", command.must("env -u NO_COLOR -u CLICOLOR TERM=xterm " .. words))
        for _, set in ipairs { "NO_COLOR=1", "CLICOLOR=0", "TERM=dumb" } do
            assert.equal("plain 1\n", command.must("env -u NO_COLOR -u CLICOLOR TERM=xterm " .. set .. " " .. words), set)
        end
    end)
end)
