--- upnudge policy list: the ready-made policies, and which policy holds.

local cli = require "upnudge.cli.command"
local core = require "upnudge.core"
local io = require "io"
local json = require "upnudge.lib.json.write"
local policies = require "upnudge.policy"
local terminal = require "upnudge.lib.terminal"

local M = {}

local ORDER <const> = { "name", "title", "holds" }

---@param parent table
function M.describe(parent)
    local command = parent:command("list", "List the ready-made policies, and tell which policy holds.")
    command:option("--policy", "Policy that the host would name."):argname("FILE")
    command:flag("--json", "Print JSON.")
end

-- As their files begin, of which the program has no text.
local TITLES <const> = {
    backoff = "a new result is said at once, then after one day, two, four ",
    default = "for people at a terminal who want to know, and not be nagged",
    fleet = "one notice for a team, on however many machines, and one dry upgrade for all of them",
    flox = "what Flox does today, word for word",
    ["major-only"] = "new major versions and security fixes",
    ["security-first"] = "a security fix is said the first time somebody could see it",
    ["separate-lock"] = "the default policy, with the strategy that gives each notice to exactly one shell",
    simple = "the default policy, with the strategy that has the least machinery",
    ["stateless-hint"] = "one fixed line at every activation, and nothing written anywhere",
    team = "a template for a platform team",
    weekly = "one digest a week, on Monday mornings, with the packages that matter",
}

local function gather(source)
    local list = {}
    for i, name in ipairs(core.builtins()) do
        list[i] = { name = name, title = TITLES[name], holds = source.builtin == name }
    end
    return list
end

---@param args table
---@return integer code
function M.run(args)
    local source = policies.find(args.policy)
    local list = gather(source)
    if args.json then
        cli.print_json(('{"schema":1,"holds":%s,"policies":%s}'):format(json.encode(source.path or source.builtin),
            json.list(ORDER, list)))
        return 0
    end
    for _, one in ipairs(list) do
        io.write(terminal.line(("%s %-16s %s"):format(one.holds and "*" or " ", one.name, one.title or "")), "\n")
    end
    if source.path then
        io.write("* ", terminal.line(source.path), "\n")
    end
    return 0
end

return M
