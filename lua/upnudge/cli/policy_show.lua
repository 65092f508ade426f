--- upnudge policy show: what a policy comes to, with its bases.

local cli = require "upnudge.cli.command"
local duration = require "upnudge.lib.duration"
local io = require "io"
local json = require "upnudge.lib.json.write"
local mistake = require "upnudge.policy.mistake"
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

local function listed(order, members)
    return function()
        return json.list(order, members)
    end
end

local function print_json(policy, source)
    local layers = policy:layers()
    cli.print_json(json.object({ "schema", "name", "source", "files", "strategy", "check", "final", "unused", "rules" },
        { schema = 1, name = policy.name, source = source.path or source.builtin, strategy = policy.strategy,
            check = policy.check, files = function()
                return json.strings(policy.files)
            end, final = listed({ "key", "file", "line" }, layers.final),
            unused = listed({ "file", "line", "message" }, layers.unused),
            rules = listed({ "name", "file", "line", "final", "guard" }, policy:outline()) }))
end

local function print_line(title, text)
    io.write(("%-9s %s\n"):format(title, terminal.line(text)))
end

local function print_layers(layers)
    for i, one in ipairs(layers.final) do
        print_line(i == 1 and "final" or "", ("%s (%s)"):format(one.key, mistake.place(one)))
    end
    for _, one in ipairs(layers.unused) do
        print_line("note", mistake.line(one))
    end
end

local function print_lines(policy, source)
    for _, line in ipairs { { "policy", source.name }, { "name", policy.name }, { "strategy", policy.strategy },
        { "check", ("every %s, for %s at most"):format(duration.format(policy.check.every),
            duration.format(policy.check.timeout)) } } do
        print_line(line[1], line[2])
    end
    print_layers(policy:layers())
    io.write "rules\n"
    for i, rule in ipairs(policy:outline()) do
        io.write(terminal.line(("  %d. %s (%s:%d)%s"):format(i, rule.name, rule.file or "?", rule.line or 0,
            rule.final and ", final" or rule.guard and ", guard" or "")), "\n")
    end
end

---@param args table
---@return integer code
function M.run(args)
    local source = policies.find(args.policy)
    cli.warn_of_left_out { source.path or source.builtin }
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
