--- upnudge policy which: which policy is in force, of which files, and why this one.

local choice = require "upnudge.policy.choice"
local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@param parent table
function M.describe(parent)
    local command = parent:command("which", "Tell which policy is in force: its files in the order in which they hold, "
        .. "their hashes, why this one, and what was looked at.")
    command:argument("environment", "A directory, to hear what the policy may not name there."):argname("DIR"):args("?")
    command:flag("--json", "Print JSON.")
    cli.shared(command)
end

local WHY <const> = { option = "--policy names it", variable = "$UPNUDGE_POLICY names it",
    person = "it is the person's own", machine = "it is the machine's, and the person has none",
    default = "there is no other one" }
local PLACES <const> = { option = "--policy", variable = "$UPNUDGE_POLICY", person = "the person's",
    machine = "the machine's", default = "ready-made" }
local STATES <const> = { used = "used", unset = "not set", missing = "not there", ["passed over"] = "not needed" }

--- What keeps the policy from naming a database or a command in a directory; nil: nothing.
local function limit_in(runtime, environment)
    local homes = require "upnudge.policy".homes(runtime.host.variable)
    return require "upnudge.strategy.origin".fault_of_policy(runtime.policy.files, homes, environment)
end

--- All that there is to tell.
local function gather(runtime, option, environment)
    local variable, policy = runtime.host.variable, runtime.policy
    local candidates, used = choice.candidates(option, variable)
    local source = runtime.source
    local machine = policy and policy.machine
    return { policy = source.path or source.builtin, why = used.by, fault = runtime.policy_fault,
        using = runtime.deputy and runtime.deputy.words, machine_fault = machine and machine.fault,
        name = policy and policy.name, hash = policy and policy:identity().hash,
        files = policy and choice.files(policy), strategy = policy and policy.strategy, environment = environment,
        restricted = policy and environment and limit_in(runtime, environment), looked_at = candidates,
        search = choice.search_path(source, variable) }
end

local function print_line(title, text)
    io.write(("%-11s %s\n"):format(title, terminal.line(text)))
end

local function words_of(file)
    if file.as == "final" then
        return "the machine's, of which what is final holds"
    elseif file.as == "machine" then
        return "the machine's, to which the policy adds"
    end
    return file.base_of and "base of " .. file.base_of
end

local function print_files(files)
    io.write "files\n"
    for i, file in ipairs(files) do
        local words = words_of(file)
        local line = ("%d. %s  %s%s"):format(i, file.hash, file.name, words and ", " .. words or "")
        io.write("  ", terminal.line(line), "\n")
    end
end

local function print_faults(found)
    for line in (found.fault or ""):gmatch "[^\n]+" do
        print_line("mistake", line)
    end
    for line in (found.machine_fault or ""):gmatch "[^\n]+" do
        print_line("left out", "the machine's policy: " .. line)
    end
    if found.using then
        print_line("in its place", found.using)
    end
end

local function print_text(found)
    print_line("policy", found.policy)
    print_line("why", WHY[found.why])
    print_faults(found)
    if found.files then
        print_line("hash", found.hash)
        print_files(found.files)
        print_line("strategy", found.strategy)
    end
    if found.restricted then
        print_line("there", "its database and its commands are not used: " .. found.restricted)
    end
    io.write "looked at\n"
    for _, one in ipairs(found.looked_at) do
        io.write("  ", terminal.line(("%-16s %-11s %s"):format(PLACES[one.by], STATES[one.state], one.name or "")
            :gsub(" +$", "")), "\n")
    end
    print_line("bases in", table.concat(found.search, " "))
end

local ORDER <const> = { "schema", "policy", "why", "fault", "using", "machine_fault", "name", "hash", "files",
    "strategy", "environment", "restricted", "looked_at", "search" }

local function print_json(found)
    local files, looked_at, search = found.files, found.looked_at, found.search
    found.schema = 1
    found.files = files and function()
        return json.list({ "name", "path", "builtin", "as", "base_of", "hash" }, files)
    end
    found.looked_at = function()
        return json.list({ "by", "name", "state" }, looked_at)
    end
    found.search = function()
        return json.strings(search)
    end
    cli.print_json(json.object(ORDER, found))
end

---@param args table
---@return integer code
function M.run(args)
    local core = require "upnudge.core"
    local environment, missing
    if args.environment then
        environment, missing = core.realpath(args.environment)
        if not environment then
            return cli.fail(missing, "environment-missing")
        end
    end
    local runtime, message, code = cli.open(args, true)
    if not runtime then
        return cli.fail(message, code)
    end
    local found = gather(runtime, args.policy, environment)
    local print = args.json and print_json or print_text
    print(found)
    runtime:close()
    return found.hash and 0 or cli.FAILED
end

return M
