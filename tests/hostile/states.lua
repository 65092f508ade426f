--- States, made up by walks: checks that succeed, fail and are killed, notices, what a person chooses, other policies
--- and strategies, other lockfiles and the same ones written otherwise, files of the state that are damaged, closed,
--- given away or old ones again, a disk that is full or read-only, locks that others hold, time. After each step the
--- same activation is asked and made. The explanation says what the notice does and changes nothing; a notice tells
--- only what lies between the two lockfiles of the record, and only while the first of them is installed, however it
--- is written; and within one day nobody is told twice who asked for one notice a day.

local cjson = require "cjson"
local command = require "command"
local core = require "upnudge.core"
local lfs = require "lfs"
local luck = require "luck"

local HOUR <const>, DAY <const> = 3600, 86400
-- Steps of a walk for each unit of size.
local STEPS <const> = 4
local NAMES <const> = { "ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen", "internal-x", "linux-pam", "jay", "koi" }
local FOREIGNER <const> = 65534
-- What a database did not say that had a busy machine; nothing is compared then.
local LATE <const> = "no answer within"

local walk -- the one that goes on

local pick <const>, chance <const> = luck.pick, luck.chance

-- ---- lockfiles ----------------------------------------------------------------------------------

--- What is installed in the lockfile of that number: name to version.
local function content(number)
    local packages = {}
    for i, name in ipairs(NAMES) do
        local has = (number * 7 + i * 5) % 11
        if has > 1 then
            packages[name] = ("%d.%d.%d"):format(has % 3, number % 4, (number * i) % 5)
        end
    end
    return packages
end

-- Between two members, before and behind a colon, and at the end.
local STYLES <const> = { { "", ":", "" }, { "\n  ", ": ", "\n" }, { "\r\n\t", ":  ", "\r\n" }, { " ", " : ", "\n\n" } }

--- The lockfile in one of the ways to write it.
local function written(packages)
    local names, members, style = {}, {}, pick(STYLES)
    for name in pairs(packages) do
        names[#names + 1] = name
    end
    table.sort(names)
    if chance(50) then
        for i = #names, 2, -1 do
            local j = math.random(i)
            names[i], names[j] = names[j], names[i]
        end
    end
    for i, name in ipairs(names) do
        members[i] = ('%s"node_modules/%s"%s{%s"version"%s"%s"}'):format(style[1], name, style[2], style[1], style[2],
            packages[name])
    end
    return ('{"lockfileVersion"%s3,%s"packages"%s{%s}}%s'):format(style[2], style[1], style[2],
        table.concat(members, ","), style[3])
end

local function parsed(bytes)
    local packages = {}
    for name, version in bytes:gmatch '"node_modules/([%w-]+)"%s*:%s*{%s*"version"%s*:%s*"([%d.]+)"' do
        packages[name] = version
    end
    return packages
end

local function is_same(a, b)
    for _, name in ipairs(NAMES) do
        if a[name] ~= b[name] then
            return false
        end
    end
    return true
end

-- ---- the world ----------------------------------------------------------------------------------

local PACKAGES <const> = 'text = function(c) return u.text.summary(c) .. "\\n" .. u.text.packages(c, 40) end, '
local DAILY <const> = 'rules = { u.rule "r" { notify = u.every "1d" } } }'

--- Policies by the name of their file; `daily` ones ask for one notice a day.
local POLICIES <const> = {
    daily = 'strategy = "separate-lock", ' .. PACKAGES .. DAILY,
    ["daily-simple"] = 'strategy = "simple", ' .. PACKAGES .. DAILY,
    ["daily-database"] = 'strategy = "database", deadline = "1500ms", ' .. PACKAGES .. DAILY,
    ["daily-insisting"] = 'strategy = "database", deadline = "1500ms", on_unreachable = "notify", ' .. PACKAGES .. DAILY,
    ["daily-ignoring"] = 'ignore = { "linux-*", "ant" }, ' .. PACKAGES .. DAILY,
    always = 'strategy = "stateless", ' .. PACKAGES .. 'rules = { u.rule "r" { notify = u.always() } } }',
    once = PACKAGES .. 'rules = { u.rule "r" { notify = u.once() } } }',
    backoff = PACKAGES .. 'rules = { u.rule "r" { notify = u.backoff { first = "1h", factor = 2, max = "3d" } } } }',
    looking = 'rules = { u.rule "r" { when = function(c) return c.result.packages[1].kind == "added" end, quiet = "x" },'
        .. ' u.rule "s" { notify = function(c) return c.now - (c.history.last_notified or 0) > 7200 end } } }',
    faulty = 'rules = { u.rule "r" { notify = function(c) return c.result.packages[99].name end } } }',
}
local READY <const> = { "default", "weekly", "security-first", "major-only", "backoff", "simple", "separate-lock",
    "stateless-hint", "flox", "team" }

local function policy_names()
    local list = {}
    for name in pairs(POLICIES) do
        list[#list + 1] = name
    end
    table.sort(list)
    return list
end

local OWN <const> = policy_names()

local function set_policy()
    if chance(75) then
        local name = pick(OWN)
        walk.policy, walk.is_daily = walk.work .. "/" .. name .. ".lua", name:find "^daily" ~= nil
        walk.remembers = name ~= "always"
    else
        walk.policy, walk.is_daily = pick(READY), false
        walk.remembers = walk.policy ~= "stateless-hint" and walk.policy ~= "flox"
    end
    return walk.policy
end

--- Puts a lockfile there, as a new file or by a link that leads elsewhere now.
local function set_lockfile()
    walk.number = chance(50) and walk.number or math.random(4)
    local path, bytes = walk.env .. "/package-lock.json", written(content(walk.number))
    if chance(50) then
        walk.written = walk.written + 1
        local target = ("%s/lock-%d"):format(walk.work, walk.written)
        command.write(target, bytes)
        command.must('ln -sfn %s %s', target, path)
    else
        os.remove(path)
        command.write(path, bytes)
    end
    return "lockfile " .. walk.number
end

local function mounted(directory)
    return command.shell("mount -t tmpfs -o size=512k,mode=700 none %s", directory).code == 0
end

local function set_out()
    local work = command.directory()
    walk = { work = work, env = work .. "/webshop", state = work .. "/state", now = os.time(), number = 1, written = 0,
        seen = {}, log = {}, saved = {} }
    lfs.mkdir(walk.env)
    lfs.mkdir(walk.state)
    command.must("chmod 700 %s", walk.state)
    walk.mounted = mounted(walk.state)
    for name, text in pairs(POLICIES) do
        command.write(work .. "/" .. name .. ".lua",
            ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "%s", %s\n'):format(name, text))
    end
    walk.directory = walk.state .. "/" .. core.hash(assert(core.realpath(walk.env)))
    set_policy()
    set_lockfile()
end

local function release()
    if walk.lock then
        walk.lock:release()
        walk.lock = nil
    end
end

local function come_home()
    release()
    if walk.mounted then
        command.must("umount -l %s", walk.state)
    end
    command.remove(walk.work)
end

-- ---- what is asked ------------------------------------------------------------------------------

local function read_json(path)
    -- What is no file may let nobody read who waits.
    local bytes = lfs.attributes(path, "mode") == "file" and command.read(path)
    local ok, value = pcall(cjson.decode, bytes or "")
    return ok and type(value) == "table" and value or nil
end

--- What is in a directory, if it is one that can be read.
local function entries(path)
    local names = {}
    pcall(function()
        for name in lfs.dir(path) do
            names[#names + 1] = name
        end
    end)
    return names
end

--- Learns what the stored lockfiles say while they are whole.
local function learn()
    local folder = walk.directory .. "/lockfiles/"
    for _, name in ipairs(entries(folder)) do
        local is_file = not walk.seen[name] and lfs.attributes(folder .. name, "mode") == "file"
        local bytes = is_file and command.read(folder .. name)
        if bytes and core.hash(bytes) == name then
            walk.seen[name] = parsed(bytes)
        end
    end
end

local function fault(message, ...)
    error(message:format(...), 0)
end

local ASK <const> = [[
    list() {
        test "$LISTED" || return
        (cd %s && find . ! -name 'shared.sqlite*' -printf '%%p %%y %%m %%U %%s %%T@ %%i %%l\n' &&
            find . -type f ! -name 'shared.sqlite*' -exec md5sum {} +) 2>/dev/null | LC_ALL=C sort
    }
    export UPNUDGE_DATABASE=%s
    list >%s/before
    %s explain %s --json >%s/explained 2>%s/explained.err; echo $?
    list >%s/between
    %s notify %s >%s/told 2>%s/told.err; echo $?
    list >%s/after
]]

local function words(list)
    for i, word in ipairs(list) do
        list[i] = command.quote(word)
    end
    return table.concat(list, " ")
end

--- Asks and activates.
local function activate()
    local list = { walk.env, "--state-dir", walk.state, "--policy", walk.policy }
    for _, more in ipairs { chance(95) and "--tty" or "--no-tty", chance(3) and "--active" or nil } do
        list[#list + 1] = more
    end
    local by_clock = chance(10)
    if not by_clock then
        list[#list + 1] = "--now"
        list[#list + 1] = ("%d"):format(walk.now)
    end
    -- Only so one hears that a database was late.
    local asked, as_json = words(list), walk.policy:find "daily%-[di]" ~= nil or chance(50)
    local w, program = command.quote(walk.work), command.quote(command.program)
    local script = ASK:format(command.quote(walk.state), command.quote("sqlite:" .. walk.state .. "/shared.sqlite"), w,
        program, asked, w, w, w, program, asked .. (as_json and " --json" or ""), w, w, w)
    -- To look at everything takes longer than to ask.
    local codes = command.shell((chance(30) and "LISTED=1\n" or "") .. script).out
    local function got(name)
        return command.read(walk.work .. "/" .. name)
    end
    return { codes = codes, by_clock = by_clock, as_json = as_json, explained = got "explained", told = got "told",
        text = got "told.err", fault = got "explained.err", before = got "before", between = got "between",
        after = got "after" }
end

local function agree(answer)
    if not answer.codes:find "^[01]\n0\n$" then
        fault("exit codes %q: %s%s%s", answer.codes, answer.explained, answer.fault, answer.text)
    elseif answer.before ~= answer.between then
        command.must("diff %s/before %s/between >%s/diff; true", walk.work, walk.work, walk.work)
        fault("an explanation changed something: %s", command.read(walk.work .. "/diff"))
    end
    local explained = cjson.decode(answer.explained)
    if (answer.explained .. answer.told):find(LATE, 1, true) then
        walk.told = nil
        return
    end
    local text = explained.text and explained.text .. "\n" or ""
    if text ~= answer.text then
        fault("explain says %s%s; the notice says %q %s", answer.explained, answer.fault, answer.text, answer.told)
    elseif answer.as_json then
        local told = cjson.decode(answer.told)
        for _, key in ipairs { "notified", "reason", "rule", "text", "next_at" } do
            if told[key] ~= explained[key] and not (answer.by_clock and (key == "reason" or key == "next_at")) then
                fault("%s: explain says %s; the notice says %s", key, answer.explained, answer.told)
            end
        end
    end
    return explained
end

--- A notice is true of the record as it was read, and of the lockfile as it is.
local function is_true(text, record)
    local old, new = walk.seen[record.old], walk.seen[record.new]
    local installed = parsed(assert(command.read(walk.env .. "/package-lock.json")))
    if not old or not new then
        return
    elseif not is_same(old, installed) then
        fault("a notice for another lockfile: %s", text)
    end
    for name, what in text:gmatch "\n%- ([%w-]+): ([^\n]*)" do
        local from, to = old[name], new[name]
        if from == to or from and to and what:find "^%d" and not what:find(from .. " -> " .. to, 1, true) then
            fault("a notice of what is no change: %s %s (%s -> %s)", name, what, from, to)
        end
    end
end

local function look()
    learn()
    local record = read_json(walk.directory .. "/record.json")
    local answer = activate()
    local explained = agree(answer)
    walk.log[#walk.log + 1] = ("  %s: %s"):format(walk.policy:match "[^/]*$", explained and explained.reason)
    if record and not record.rehearsal and not answer.by_clock and answer.between ~= answer.after then
        fault "an activation at a time of its own wrote into what is not made up"
    end
    local now = answer.by_clock and os.time() or walk.now
    if walk.told and now < walk.told then
        -- From a clock that was ahead nothing is known.
        walk.told = nil
    end
    if not explained or not explained.notified then
        return
    elseif not record then
        fault("a notice of no record: %s", answer.explained)
    end
    is_true(explained.text, record)
    if walk.told and walk.is_daily and now < walk.told + DAY then
        fault("told twice in a day, at %d and %d", walk.told, now)
    end
    if walk.remembers and (record.rehearsal or answer.by_clock) then
        walk.told = now
    end
end

-- ---- steps --------------------------------------------------------------------------------------

local function check_words(with_clock)
    local list = { walk.env, "--state-dir", walk.state, "--policy", walk.policy, "--json", "--max-age",
        pick { "0", "1d", "10d" } }
    if not with_clock then
        list[#list + 1] = "--now"
        list[#list + 1] = ("%d"):format(walk.now)
    end
    return words(list)
end

local function run_check(script, ...)
    local result = command.shell("export UPNUDGE_DATABASE=%s; " .. script, "sqlite:" .. walk.state .. "/shared.sqlite", ...)
    local answer = result.out ~= "" and cjson.decode(result.out)
    if not answer then
        fault("a check said nothing: %d %s", result.code, result.err)
    end
    return answer
end

local steps = {}

function steps.check()
    local new = chance(20) and walk.number or math.random(4)
    walk.upgraded = written(content(new))
    command.write(walk.work .. "/new", walk.upgraded)
    command.write(walk.work .. "/fixes", chance(30) and "bee\nfox@1.*\n" or "")
    local answer = run_check(('"$upnudge" check %s -- sh -c %s'):format(check_words(chance(10)):gsub("%%", "%%%%"),
        command.quote(('cat %s; cat %s >"$UPNUDGE_SECURITY"'):format(command.quote(walk.work .. "/new"),
            command.quote(walk.work .. "/fixes"))):gsub("%%", "%%%%")))
    if answer.outcome == "checked" then
        local old, upgraded, changes = content(walk.number), content(new), 0
        for _, name in ipairs(NAMES) do
            changes = changes + (old[name] ~= upgraded[name] and 1 or 0)
        end
        if answer.changes ~= changes then
            fault("%d changes, and a check found %d", changes, answer.changes)
        end
    end
    return ("check to %d: %s %s"):format(new, answer.outcome, answer.reason)
end

function steps.failing_check()
    local answer = run_check(('"$upnudge" check %s -- sh -c %s'):format(check_words(chance(10)):gsub("%%", "%%%%"),
        pick { "'exit 3'", "'echo nonsense'", "'mkdir \"$UPNUDGE_NEW_LOCKFILE\"'" }))
    return ("failing check: %s %s"):format(answer.outcome, answer.reason)
end

--- Killed at a random moment.
function steps.killed_check()
    command.write(walk.work .. "/new", written(content(math.random(4))))
    local delay = chance(50) and 0 or math.random() * 0.02
    command.shell(('"$upnudge" check %s -- sh -c "sleep %f; cat %%s" >/dev/null 2>&1 & sleep %f; kill -9 $!; wait'):format(
        check_words(chance(10)):gsub("%%", "%%%%"), delay, math.random() * 0.06), walk.work .. "/new")
    return "killed check"
end

function steps.time()
    walk.now = walk.now + pick { 1, 60, HOUR, HOUR, 5 * HOUR, DAY, DAY, 2 * DAY, 10 * DAY, 0, -30, -HOUR, -3 * DAY }
    return "time " .. walk.now
end

steps.policy, steps.lockfile = set_policy, set_lockfile

function steps.choose()
    local which = pick { "snooze %s 1d", "snooze %s 3h", "snooze %s off", "ignore %s ant", "ignore %s 'linux-*' bee",
        "ignore %s --off", "ignore %s --off ant", "ignore %s '*'" }
    local result = command.shell(('"$upnudge" %s --state-dir %s --now %d'):format(which:format(command.quote(walk.env)),
        command.quote(walk.state), walk.now):gsub("%%", "%%%%"))
    return which .. " " .. result.code
end

local function all_files()
    local list = {}
    for path in command.shell("find %s -mindepth 1 2>/dev/null", walk.directory).out:gmatch "[^\n]+" do
        list[#list + 1] = path
    end
    return list
end

local DAMAGES <const> = { "rm -rf $f", ": >$f", "head -c $n $f >$f.cut && cat $f.cut >$f; rm -f $f.cut", "echo garbage >$f",
    "echo '{}' >$f", "echo '{\"schema\":9}' >$f", "head -c $n /dev/urandom >$f", "printf '\\0\\0' >>$f",
    "rm -rf $f; mkdir $f", "rm -rf $f; mkfifo $f", "rm -rf $f; ln -s /proc/version $f", "ln $f $f.twin",
    "rm -rf $f; ln -s nowhere $f", "chmod 000 $f", "chmod 400 $f", "chmod 500 $f", "chmod 777 $f", "chown $u $f",
    "touch -d '1 hour' $f", "touch -m -d '3 years' $f", "rm -f $f; ln -s $f.away $f", "mv $f $f.away",
    "truncate -s 3M $f", "head -c 70000 /dev/zero >$f", "echo '[[[[[[' >$f" }

function steps.damage()
    local list = all_files()
    if not list[1] then
        return "nothing to damage"
    end
    local path, damage = pick(list), pick(DAMAGES)
    if chance(10) then
        path = pick { walk.directory, walk.state }
        damage = pick { "chmod 000 $f", "chmod 500 $f", "chmod 777 $f", "chmod 770 $f", "chown $u $f" }
    end
    local n, u = math.random(0, 600), FOREIGNER
    command.shell(("timeout 5 sh -c %s"):format(command.quote("f=" .. command.quote(path) .. " n=" .. n .. " u=" .. u .. "; "
        .. damage:gsub("%$f", '"$f"'))):gsub("%%", "%%%%"))
    if not path:find "/lockfiles" and not path:find "/changes" then
        walk.told = nil
    end
    return "damage " .. damage:gsub("%$f", path:sub(#walk.state + 1))
end

function steps.mend()
    command.shell('umount %s/none 2>/dev/null; chown -R "$(id -u)" %s; chmod -R u+rwX,go-w %s; rm -f %s/fill', walk.work,
        walk.state, walk.state, walk.state)
    walk.told = nil
    return "mend"
end

function steps.afresh()
    command.shell("rm -rf %s/*", walk.state)
    walk.told = nil
    return "afresh"
end

function steps.save()
    command.shell("rm -rf %s/saved; cp -a %s %s/saved", walk.work, walk.directory, walk.work)
    return "save"
end

--- One file, or all, as they were.
function steps.restore()
    local list = all_files()
    local one = list[1] and chance(70) and pick(list):sub(#walk.directory + 1) or ""
    command.shell("test -e %s/saved%s && rm -rf %s%s && cp -a %s/saved%s %s%s", walk.work, one, walk.directory, one, walk.work,
        one, walk.directory, one)
    walk.told = nil
    return "restore " .. one
end

function steps.disk()
    if not walk.mounted then
        return "no disk of its own"
    end
    local how = pick { "dd if=/dev/zero of=%s/fill bs=1k", "rm -f %s/fill", "mount -o remount,ro %s",
        "mount -o remount,rw %s", "rm -f %s/fill", "mount -o remount,rw %s" }
    command.shell(how .. " 2>/dev/null", walk.state)
    return how
end

function steps.lock()
    release()
    local directory <close> = core.directory(walk.directory)
    if directory and chance(50) then
        local name = pick { "notified.lock", "check.lock", "choices.lock" }
        walk.lock = directory:lock(name)
        return "lock " .. name
    end
    return "unlock"
end

local WEIGHTS <const> = { check = 24, failing_check = 5, killed_check = 4, time = 14, policy = 12, lockfile = 10, choose = 5,
    damage = 14, mend = 6, afresh = 2, save = 3, restore = 4, disk = 4, lock = 4 }

local function any_step()
    local names = {}
    for name in pairs(WEIGHTS) do
        names[#names + 1] = name
    end
    table.sort(names)
    local left = 0
    for _, name in ipairs(names) do
        left = left + WEIGHTS[name]
    end
    left = math.random(left)
    for _, name in ipairs(names) do
        left = left - WEIGHTS[name]
        if left <= 0 then
            return name
        end
    end
end

local function go(size)
    for _ = 1, STEPS * size do
        local name = any_step()
        walk.log[#walk.log + 1] = name .. ": " .. (steps[name]() or "")
        look()
    end
end

local function run(_, size)
    set_out()
    local ok, message = xpcall(go, debug.traceback, size)
    local log = walk.log
    come_home()
    if not ok then
        error(message .. "\n" .. table.concat(log, "\n", math.max(1, #log - 30)), 0)
    end
end

return { name = "states", cases = 8, run = run }
