--- upnudge diff: the changes between two lockfiles.

local cli = require "upnudge.cli.command"
local core = require "upnudge.core"
local fit = require "upnudge.lib.columns"
local io = require "io"
local parse = require "upnudge.cli.parse"
local terminal = require "upnudge.lib.terminal"
local time = require "upnudge.lib.time"
local words = require "upnudge.cli.words"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("diff", "Show what an upgrade from OLD to NEW changes.")
    command:argument("old", "The lockfile before."):argname("OLD")
    command:argument("new", "The lockfile after."):argname("NEW")
    command:flag("--json", "Print JSON.")
    parse.reading(command)
end

local function versions(change)
    if change.kind == "added" then
        return change.to or ""
    elseif change.kind == "removed" then
        return change.from or ""
    elseif change.from == change.to then
        local from, to = change.from_revision, change.to_revision
        local moved = from and to and from ~= to and (" (%s -> %s)"):format(from:sub(1, 7), to:sub(1, 7)) or ""
        return (change.from or "") .. moved
    end
    return ("%s -> %s"):format(change.from or "?", change.to or "?")
end

-- Columns of a name that is cut at most so far that what has happened to it is to be seen.
local LEAST_NAME <const> = 12
-- Ids that are told of one change.
local IDS <const> = 3

--- The line of a change, that of no more than so many columns.
local function line_of(change, system, columns)
    local level = change.level and change.level ~= "unknown" and " (" .. change.level .. ")" or ""
    local name, what = terminal.line(change.name), terminal.line(versions(change)) .. level .. system
    if not columns then
        return ("%-10s  %s  %s"):format(change.kind, name, what)
    end
    local left = columns - 14 - fit.width(what)
    name = fit.cut(name, math.max(left, LEAST_NAME))
    return fit.cut(("%-10s  %s  %s"):format(change.kind, name, what), math.max(columns, 1))
end

--- "  [critical: GHSA-35jh-r3h4-6jhm, CVE-2021-3749]", as far as that is known.
local function alarm_of(severity, ids)
    local word = severity and severity ~= "unknown" and severity or "security"
    local more = #ids > IDS and " +" .. #ids - IDS or ""
    return ("  [%s%s%s]"):format(word, ids[1] and ": " .. table.concat(ids, ", ", 1, math.min(#ids, IDS)) or "", more)
end

--- The same of a change; "" of one that mends nothing.
local function alarm_of_change(change)
    local ids = {}
    for i, fix in ipairs(change.fixes or {}) do
        ids[i] = fix.id
    end
    return change.security and alarm_of(change.severity, ids) or ""
end

local function write_line(line, alarm, note)
    io.write(line, alarm ~= "" and cli.paint("alarm", alarm) or "", note ~= "" and cli.paint("faint", note) or "", "\n")
end

--- When what comes came out, and how far what is there is behind it; empty where nobody can tell.
local function age_of(change)
    if not change.released then
        return ""
    end
    local days = change.behind or 0
    local behind = days > 0 and (", %d day%s behind"):format(days, days == 1 and "" or "s") or ""
    return "  released " .. time.format(change.released):sub(1, 10) .. behind
end

--- Prints one line a change, for people, what they asked for by name first. On a terminal none is longer than that is
--- wide; how old it is goes first.
---@param changes upnudge.Change[]
---@param told {one_system?: boolean, ignored?: (fun(change: upnudge.Change): boolean), cooling?: (fun(change:
---upnudge.Change): integer?), now?: integer}? one_system: all are of one, which is not said; cooling: from when on it
---counts
function M.print(changes, told)
    told = told or {}
    local columns = cli.columns()
    for _, change in ipairs(require "upnudge.record.changes".direct_first(changes)) do
        local system = not told.one_system and change.system and "  " .. terminal.line(change.system) or ""
        local ignored = told.ignored and told.ignored(change)
        local counts_at = told.cooling and not ignored and told.cooling(change)
        local alarm, note = alarm_of_change(change), ignored and "  [ignored]"
            or counts_at and ("  [counts %s]"):format(words.ahead(counts_at, told.now)) or ""
        local room, faint = columns and columns - #alarm - #note, ignored or counts_at
        local line, age = line_of(change, system, room), age_of(change)
        if age ~= "" and (not room or fit.width(line) + #age <= room) then
            line = line .. (faint and age or cli.paint("faint", age))
        end
        write_line(faint and cli.paint("faint", line) or line, alarm, note)
    end
end

--- Prints one line for each package that stays as it is though something is wrong with it.
---@param exposures upnudge.Exposure[]
---@param told {one_system?: boolean, ignored?: fun(change: upnudge.Change): boolean} as for `print`
function M.print_exposures(exposures, told)
    local columns = cli.columns()
    for _, one in ipairs(exposures) do
        local system = not told.one_system and one.system and "  " .. terminal.line(one.system) or ""
        local ignored = told.ignored and told.ignored { name = one.name, to = one.version }
        local alarm, note = one.withdrawn and "" or alarm_of(one.severity, one.ids), ignored and "  [ignored]" or ""
        local change = { kind = one.withdrawn and "withdrawn" or "vulnerable", name = one.name, from = one.version,
            to = one.version }
        local line = line_of(change, system, columns and columns - #alarm - #note)
        write_line(ignored and cli.paint("faint", line) or line, alarm, note)
    end
end

---@param args table
---@return integer code
function M.run(args)
    local reader <close>, options = parse.reader(args)
    local old, message, code = reader:open(args.old, options)
    local new
    if old then
        new, message, code = reader:open(args.new, options)
    end
    if not new then
        return cli.fail(message, require "upnudge.runtime.cause".of_lockfile(code, message))
    end
    local changes, why = core.diff(old, new)
    if not changes then
        return cli.fail(why, "upgrade-unparsable")
    end
    if args.json then
        cli.print_json(('{"schema":1,"format":"%s","changes":%s}'):format(new:format(),
            require "upnudge.record.changes".json(changes)))
    else
        M.print(changes)
    end
    return 0
end

return M
