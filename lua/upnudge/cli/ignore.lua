--- upnudge ignore: packages of one environment that are of no interest.

local cli = require "upnudge.cli.command"
local io = require "io"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("ignore", "Hear nothing of some packages of an environment; without names, list them.")
    cli.directory(command)
    cli.one_lockfile(command)
    command:argument("packages", "Names; * stands for anything, and name@version for one version alone."):args("*")
        :argname("PACKAGE")
    command:flag("--off", "Hear of these again; without names, of all.")
    command:flag("--json", "Print the list as JSON.")
    cli.shared(command)
end

--- Whether the first word is the directory: it is written as a path, or there is one of that name.
local function is_directory(word)
    return word:find "^%.?%.?/" ~= nil or word == "." or word == ".."
        or require "lfs".attributes(word, "mode") == "directory"
end

--- What is not there is ignored all the same, for it may come; but it may be misspelt.
local function warn(runtime, args)
    local quote = require "upnudge.lib.shell".quote
    local ok, list = pcall(require "upnudge.runtime.unknown".packages, runtime, args.environment, args.packages,
        args.lockfile)
    for _, one in ipairs(ok and list or {}) do
        local meant = one.meant and ("; did you mean '%s'? Then: upnudge ignore --off %s %s"):format(one.meant,
            quote(args.environment), quote(one.selector)) or ""
        cli.warn(("no package '%s' in %s%s"):format(one.selector, args.environment, meant))
    end
end

---@param args table
---@return integer code
function M.run(args)
    if args.environment and not is_directory(args.environment) then
        table.insert(args.packages, 1, args.environment)
        args.environment = nil
    end
    local runtime <close>, message, code = cli.open(args)
    local list
    if runtime then
        list, message, code = runtime:choose_packages(args.environment, args.packages, args.off, args.lockfile)
    end
    if not list then
        return cli.fail(message, code)
    elseif args.json then
        cli.print_json(require "upnudge.runtime.answer".ignored(list))
        return 0
    end
    if not args.off then
        warn(runtime, args)
    end
    for _, name in ipairs(list) do
        io.write(terminal.line(name), "\n")
    end
    return 0
end

return M
