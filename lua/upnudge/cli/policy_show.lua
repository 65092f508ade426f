--- upnudge policy show: what a policy comes to, with its bases.

local cli = require "upnudge.cli.command"
local duration = require "upnudge.lib.duration"
local io = require "io"
local json = require "upnudge.lib.json.write"
local policies = require "upnudge.policy"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@param parent table
function M.describe(parent)
    local command = parent:command("show", "Show what a policy comes to, the one that holds unless one is named: "
        .. "its strategy, when it wants checks, and its rules in their order.")
    command:argument("policy", "Policy file, or the name of a ready-made policy."):argname("FILE"):args "?"
    command:flag("--json", "Print JSON.")
end

local function print_json(policy, source)
    cli.print_json(json.object({ "schema", "name", "source", "files", "strategy", "check", "rules" }, { schema = 1,
        name = policy.name, source = source.path or source.builtin, strategy = policy.strategy, check = policy.check,
        files = function()
            return json.strings(policy.files)
        end, rules = function()
            return json.list({ "name", "file", "line" }, policy:outline())
        end }))
end

local function print_lines(policy, source)
    for _, line in ipairs { { "policy", source.name }, { "name", policy.name }, { "strategy", policy.strategy },
        { "check", ("every %s, for %s at most"):format(duration.format(policy.check.every),
            duration.format(policy.check.timeout)) } } do
        io.write(("%-9s %s\n"):format(line[1], terminal.line(line[2])))
    end
    io.write "rules\n"
    for i, rule in ipairs(policy:outline()) do
        io.write(terminal.line(("  %d. %s (%s:%d)"):format(i, rule.name, rule.file or "?", rule.line or 0)), "\n")
    end
end

---@param args table
---@return integer code
function M.run(args)
    local source = policies.find(args.policy)
    local policy, message = policies.load(source)
    if not policy then
        return cli.fail(message, "policy-fault")
    end
    local print = args.json and print_json or print_lines
    print(policy, source)
    policy:close()
    return 0
end

return M
