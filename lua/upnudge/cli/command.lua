--- What the commands share: options, exit codes, how they open an environment, how they answer and how they fail.
---
--- With --json a command prints one document on standard output and nothing else anywhere, whatever happens.

local io = require "io"

--- Exit codes: failed; usage; another process holds the lock; a notice was shown, a check goes on (with --exit-code).
local M = { FAILED = 1, USAGE = 2, BUSY = 75, SHOWN = 100, UNDER_WAY = 101 }

-- The command whose help a mistake points to, as " policy check".
local talked_of = ""

--- Says which command it is about.
---@param path string
function M.talk_of(path)
    talked_of = path
end

-- How this process answers: it has one command, which may fail before its options are understood.
local as_json = false

--- Finds out whether JSON is asked for by words that may make no sense. What follows -- is another command's.
---@param arguments string[]
function M.listen(arguments)
    as_json = false
    for _, word in ipairs(arguments) do
        as_json = word == "--json"
        if as_json or word == "--" then
            return
        end
    end
end

--- Says what went wrong: `upnudge: message` for people, or {"schema":1,"error":message,"code":code}.
---@param message string?
---@param code string? of upnudge.lib.reasons; "fault" unless given
---@return integer FAILED
function M.fail(message, code)
    message = require "upnudge.lib.terminal".clean(message or "unknown error")
    if as_json then
        M.print_json(require "upnudge.runtime.answer".fault(message, code or "fault"))
    else
        io.stderr:write("upnudge: ", message, "\n")
    end
    return M.FAILED
end

--- Says what a person should know of something that did not fail. With --json the document says it.
---@param message string
function M.warn(message)
    if not as_json then
        io.stderr:write("upnudge: warning: ", require "upnudge.lib.terminal".clean(message), "\n")
    end
end

--- Warns where a person's own policy is looked at without the machine's, for that has a mistake.
---@param names string[] of policies, as they were named
function M.warn_of_left_out(names)
    for _, name in ipairs(as_json and {} or names) do
        local source = require "upnudge.tools.rehearsal".source_of(name)
        local policy = source.found == "person" and require "upnudge.policy".load(source)
        local machine = policy and policy.machine
        if machine and machine.fault then
            M.warn(("%s is left out of %s, for it has a mistake: %s"):format(machine.path, source.path, machine.fault))
        end
        if policy then
            policy:close()
        end
    end
end

local PAINTS <const> = { alarm = "\27[1;31m%s\27[0m", faint = "\27[2m%s\27[0m" }

--- Whether standard output is to have colours.
local function has_colours()
    local core = require "upnudge.core"
    return require "upnudge.lib.paint".wanted(core.variable, function()
        return core.isatty(1)
    end)
end

--- How many columns a line may have on standard output, so that it does not wrap; nil: as many as it needs, for it goes
--- into a file or to a pager.
---@return integer?
function M.columns()
    local core = require "upnudge.core"
    if core.isatty(1) then
        local said = (core.variable "COLUMNS" or ""):match "^[1-9]%d?%d?%d?%d?$"
        return said and math.tointeger(said) or core.columns(1)
    end
end

--- Text of ours that has been made safe, in a colour where there are some.
---@param how "alarm"|"faint"
---@param text string
---@return string
function M.paint(how, text)
    return has_colours() and PAINTS[how]:format(text) or text
end

--- The same for words that make no sense.
---@param message string
---@return integer USAGE
function M.misuse(message)
    M.fail(message, "usage")
    if not as_json then
        io.stderr:write(("Try 'upnudge%s --help'.\n"):format(talked_of))
    end
    return M.USAGE
end

--- What a person asks the command about itself: a line, or an object with one member called `name`.
---@param name string
---@param value string
---@param line string? the value, unless given
function M.tell(name, value, line)
    if as_json then
        M.print_json(require "upnudge.lib.json.write".object({ "schema" }, { schema = 1, [name] = value }))
    else
        io.write(line or value, "\n")
    end
end

--- Prints a text of JSON. A path may hold bytes that are no UTF-8, and JSON has no words for them: each stands as
--- U+FFFD.
---@param text string
function M.print_json(text)
    io.write(require "upnudge.lib.terminal".valid(text), "\n")
end

--- A path as it is from the root; nil stays nil.
---@param path string?
---@return string?
function M.absolute(path)
    if path and path:sub(1, 1) ~= "/" then
        local here = require "upnudge.core".realpath(".")
        return here and here .. "/" .. path
    end
    return path
end

-- The names of the commands that are about a directory.
local about_one = {}

--- The directory that a command is about, which need not be named.
---@param command table
---@param what string?
function M.directory(command, what)
    about_one[command._name] = true
    command:argument("environment", (what or "Its directory") .. "; the project around the working directory unless "
        .. "given."):argname("DIR"):args("?")
end

--- What is wrong with a directory that somebody named and that is there; nil: nothing.
local function fault_of(path)
    local attributes = require "lfs".attributes
    local mode = attributes(path, "mode")
    if mode and mode ~= "directory" then
        return path .. " is no directory; name the one that it is in"
    elseif mode and not attributes(path .. "/.", "mode") then
        return path .. ": the directory cannot be entered: Permission denied"
    end
end

--- Opens a runtime with the options that most commands share. Where the command is about a directory that nobody named,
--- it is found; fails where there is none.
---@param args table
---@param anywhere boolean? whether the command can do without one
---@return upnudge.Runtime?
---@return string? message
---@return string? code
function M.open(args, anywhere)
    -- What is to be forgotten may be anything by now.
    local named = args.command_name ~= "forget" and about_one[args.command_name] and args.environment
    local fault = named and fault_of(named)
    if fault then
        return nil, fault, "environment-missing"
    end
    local runtime, message, code = require "upnudge.runtime".open { app = args.app,
        state_dir = M.absolute(args.state_dir), places = args.places, policy = args.policy }
    if runtime and not anywhere and not args.environment and about_one[args.command_name] then
        args.environment, message, code = require "upnudge.runtime.project".around(runtime)
        if not args.environment then
            runtime:close()
            return nil, message, code
        end
    end
    return runtime, message, code
end

local function instant(text)
    local at, message = require "upnudge.lib.time".parse(text)
    if at and at < 0 then
        return nil, ("'%s' is before 1970"):format(text)
    end
    return at, message
end

--- Options of commands that look at records.
---@param command table
function M.shared(command)
    command:option("--app", "Name of the host tool, which separates its records."):argname("NAME")
    command:option("--policy", "Policy file, or the name of a ready-made policy."):argname("FILE")
    command:option("--state-dir", "Where all is kept, in place of $UPNUDGE_STATE_DIR and of the homes."):argname("DIR")
    command:option("--now", "Take this for the present time: seconds since the epoch or ISO 8601. "
        .. "An activation remembers nothing then, unless the check had such a time too.")
        :argname("TIME"):convert(instant)
end

--- The option of commands that are about all environments of a directory, or one.
---@param command table
function M.one_lockfile(command)
    command:option("--lockfile", "Of a directory with several lockfiles the one that is meant."):argname("FILE")
end

local function attribute(text)
    local name, value = require "upnudge.runtime.attributes".parse(text)
    return name and { name = name, value = value }, value
end

--- What --set has said; of one name the last.
local function attributes_of(said)
    local attributes = {}
    for _, one in ipairs(said) do
        attributes[one.name] = one.value
    end
    return attributes
end

--- Options that describe one activation.
---@param command table
function M.activation(command)
    command:option("--lockfile", "The environment's lockfile; without it those that were checked.")
        :argname("FILE")
    command:option("--name", "What to call the environment."):argname("NAME")
    command:option("--mode", "How it is activated."):choices { "activate", "in-place", "command" }
    command:option("--command", "What is run in it, with --mode command."):argname("COMMAND")
    command:option("--hint", "What a person runs for details; an empty word for nothing."):argname("COMMAND")
    command:option("--session", "Which session of a shell this is, where you know better.")
        :argname("TEXT")
    command:option("--set", "What the policy is told beside that, as c.host.attributes.NAME; several.")
        :argname("NAME=VALUE"):count("0-" .. require "upnudge.lib.limits".SAID):overwrite(false)
        :convert(attribute)
    command:flag("--active", "The environment is active already.")
    command:mutex(command:flag("--tty", "Somebody watches, whatever standard error is."),
        command:flag("--no-tty", "Nobody watches."))
end

--- The activation that the options describe.
---@param args table
---@return upnudge.Activation
function M.activation_of(args)
    local tty
    if args.tty or args.no_tty then
        tty = args.tty or false
    end
    return { lockfile = args.lockfile, name = args.name, mode = args.mode, command = args.command,
        hint = args.hint, active = args.active, now = args.now, tty = tty,
        session = args.session, attributes = attributes_of(args.set) }
end

return M
