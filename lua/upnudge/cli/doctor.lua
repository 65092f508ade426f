--- upnudge doctor: what ails upnudge here, and what to do.

local cli = require "upnudge.cli.command"
local io = require "io"
local terminal = require "upnudge.lib.terminal"

local M = {}

local WORDS <const> = { all = "all that is kept", cache = "what checks found",
    state = "what people chose and were told" }

---@param top table
function M.describe(top)
    local command = top:command("doctor", "Look for what keeps upnudge from working here: a faulty policy or format, a "
        .. "database that does not answer, places that cannot be written or are somebody else's, wrong clocks, missing "
        .. "locks, broken records. Exit code 1 when something ails.")
    command:flag("--json", "Print JSON.")
    cli.shared(command)
end

--- The mistakes of the policy, those of its functions too.
local function of_policy(runtime)
    local source, list = runtime.source, {}
    local name = source.path or source.builtin
    local quoted = require "upnudge.lib.shell".quote(name)
    local remedy = ("mend it; 'upnudge policy check %s' shows the place"):format(quoted)
    for i, one in ipairs(require "upnudge.tools.rehearsal".mistakes(name)) do
        list[i] = { code = "policy-fault", where = require "upnudge.policy.mistake".place(one), message = one.message,
            remedy = remedy }
    end
    return list
end

--- What is used in the place of a policy with mistakes.
local function deputy_of(runtime, now)
    if not runtime.deputy then
        return nil
    end
    local since = require "upnudge.runtime.deputy".since(runtime, now)
    return { where = runtime.deputy.place, message = ("%s is used in its place%s"):format(runtime.deputy.words,
        since and ", since " .. require "upnudge.lib.time".format(since) or "") }
end

local function examine(args)
    local runtime <close>, message, code = cli.open(args)
    if not runtime then
        return { { code = code, where = "options and variables", message = message,
            remedy = "set HOME, or name a place with --state-dir or UPNUDGE_STATE_DIR" }, remarks = {}, places = {} }
    end
    local list = of_policy(runtime)
    local others = require "upnudge.runtime.doctor".ailments(runtime, args.now or runtime.host.now())
    list.remarks, list.places = others.remarks, others.places
    list.remarks[#list.remarks + 1] = deputy_of(runtime, args.now or runtime.host.now())
    return table.move(others, 1, #others, #list + 1, list)
end

---@param args table
---@return integer code
function M.run(args)
    local list = examine(args)
    if args.json then
        cli.print_json(require "upnudge.runtime.answer".ailments(list))
    elseif #list == 0 then
        io.write "all is well\n"
    end
    for _, ailment in ipairs(args.json and {} or list) do
        io.write(terminal.line(ailment.where), ": ", terminal.line(ailment.message), "\n    ",
            terminal.line(ailment.remedy), "\n")
    end
    for _, remark in ipairs(args.json and {} or list.remarks) do
        io.write("note: ", terminal.line(remark.where), ": ", terminal.line(remark.message), "\n")
    end
    for _, place in ipairs(args.json and {} or list.places) do
        io.write(WORDS[place.what], ": ", terminal.line(place.path), " (", terminal.line(place.why), ")\n")
    end
    return #list == 0 and 0 or cli.FAILED
end

return M
