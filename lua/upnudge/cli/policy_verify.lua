--- upnudge policy verify: whether what is promised of policies holds at every activation that can be made up.

local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"
local mistake = require "upnudge.policy.mistake"
local shell = require "upnudge.lib.shell"
local terminal = require "upnudge.lib.terminal"

local M = {}

local FINDING <const> = { "invariant", "rule", "file", "line", "column", "message", "facts", "again" }

--- A list of names of invariants, as a set.
local function allowed(text)
    local names, set = require "upnudge.tools.verification.invariants".names, {}
    for name in text:gmatch "[^,%s]+" do
        if not names[name] then
            local suggest = require "upnudge.lib.suggest"
            return nil, ("no invariant '%s'%s"):format(name, suggest.suggest(name, suggest.keys(names)))
        end
        set[name] = true
    end
    return set
end

---@param parent table
function M.describe(parent)
    local command = parent:command("verify", "Ask policies about every kind of activation; exit code 1 when one speaks "
        .. "where nobody reads, raises an error or breaks a promise.")
    command:argument("files", "Policy files, or names of ready-made policies."):argname("FILE"):args "+"
    command:option("--allow", "What may be: ci, no-terminal, command, agent, active, and others that a finding names."
        ):argname("NAMES"):convert(allowed)
    command:option("--fix-within", "How long a security fix may stay unsaid, from the first shell after it is found.")
        :argname("DURATION"):convert(require "upnudge.lib.duration".parse)
    command:option("--max-per-week", "How many notices there may be in any seven days."):argname("N"):convert(tonumber)
    command:flag("--thorough", "Ask ten times as much.")
    command:option("--seed", "Ask in another order (1)."):argname("N"):convert(math.tointeger)
    command:option("--facts", "Ask about the one activation that a finding tells of."):argname("FACTS")
    command:flag("--json", "Print JSON.")
end

local function words_of(facts)
    return require "upnudge.tools.verification.facts".words(facts)
end

local function again(path, facts)
    return ("upnudge policy verify %s --facts %s"):format(shell.quote(path),
        shell.quote(table.concat(words_of(facts), " ")))
end

local function print_facts(facts)
    if #facts == 0 then
        io.write "    an ordinary activation\n"
    end
    local width = 0
    for _, fact in ipairs(facts) do
        width = math.max(width, #fact.fact)
    end
    for _, fact in ipairs(facts) do
        io.write(terminal.clean(("    %-" .. math.min(width, 60) .. "s  %s"):format(fact.fact, fact.what)), "\n")
    end
end

local function print_finding(path, finding)
    io.write(mistake.show(finding), "\n")
    -- What time breaks, and what is read, no activation shows.
    if not finding.of_activation then
        return
    end
    print_facts(finding.facts)
    io.write("    again: ", terminal.clean(again(path, finding.facts)), "\n")
end

local function encode_finding(path, finding)
    return json.object(FINDING, { invariant = finding.invariant, rule = finding.rule, file = finding.file,
        line = finding.line, column = finding.column, message = finding.message,
        again = finding.of_activation and again(path, finding.facts) or nil,
        facts = function()
            return json.strings(words_of(finding.facts))
        end })
end

--- What stops it: mistakes, which `check` tells.
local function print_mistakes(path, message, mistakes)
    for _, one in ipairs(mistakes or {}) do
        io.write(mistake.show(one), "\n")
    end
    if not mistakes or not mistakes[1] then
        io.write(terminal.clean(("%s: %s"):format(path, message)), "\n")
    end
end

local function encode(path, found, message, mistakes)
    return json.object({ "file", "ok", "asked", "findings", "notes", "mistakes" }, { file = path,
        ok = found ~= nil and #found.findings == 0, asked = found and found.asked,
        findings = function()
            local list = {}
            for i, finding in ipairs(found and found.findings or {}) do
                list[i] = encode_finding(path, finding)
            end
            return json.array(list)
        end, notes = function()
            return json.list({ "file", "line", "column", "message" }, found and found.notes or {})
        end, mistakes = function()
            local list = mistakes and mistakes[1] and mistakes or message and { { file = path, message = message } }
            return json.list({ "file", "line", "column", "message" }, list or {})
        end })
end

local function print_found(path, found)
    for _, finding in ipairs(found.findings) do
        print_finding(path, finding)
    end
    for _, one in ipairs(found.notes) do
        io.write(terminal.clean(("%s: note: %s"):format(mistake.place(one), one.message)), "\n")
    end
    local result = #found.findings == 0 and "all promises hold" or #found.findings == 1 and "1 promise is broken"
        or ("%d promises are broken"):format(#found.findings)
    io.write(terminal.clean(("%s: %s in %d activations%s"):format(path, result, found.asked, found.is_whole and ""
        or ", after which time was up")), "\n")
end

local ANSWER <const> = { "file", "facts", "notify", "rule", "code", "text", "fault", "rules" }

local function encode_answer(path, answer)
    local outcome = answer.outcome
    return json.object(ANSWER, { file = path, notify = outcome.notify, rule = outcome.rule, code = outcome.code,
        text = outcome.text, fault = outcome.fault, facts = function()
            return json.strings(words_of(answer.facts))
        end, rules = function()
            return json.list({ "rule", "answer", "reason" }, outcome.trace)
        end })
end

local function print_answer(path, answer)
    local outcome = answer.outcome
    io.write(terminal.clean(path), "\n")
    print_facts(answer.facts)
    for i, step in ipairs(outcome.trace) do
        io.write(terminal.clean(("  %d. %s  %s%s"):format(i, step.rule, step.answer,
            step.reason and ": " .. step.reason or "")), "\n")
    end
    local told = outcome.text and "it says:\n" .. outcome.text or "it is quiet: " .. (outcome.code or "policy-fault")
    io.write(terminal.clean(outcome.fault and "it fails: " .. outcome.fault or told), "\n")
end

--- How each file is asked: `ask(path)` as upnudge.tools.verification answers, whether that answer is a failure, and how
--- it is told.
local function question_of(args)
    local verification = require "upnudge.tools.verification"
    if args.facts then
        return { ask = function(path)
            return verification.repeated(path, args.facts)
        end, is_bad = function(answer)
            return answer.outcome.fault ~= nil
        end, encode = encode_answer, print = print_answer }
    end
    local options = { allow = args.allow, fix_within = args.fix_within, max_per_week = args.max_per_week,
        seed = args.seed, effort = args.thorough and "thorough" or "usual" }
    return { ask = function(path)
        return verification.verify(path, options)
    end, is_bad = function(found)
        return #found.findings > 0
    end, encode = encode, print = print_found }
end

--- Asks each; the exit code where what was asked makes no sense.
local function ask_each(args)
    local question, failed, results = question_of(args), false, {}
    for i, path in ipairs(args.files) do
        local answer, message, mistakes = question.ask(path)
        if args.facts and not answer and not (mistakes and mistakes[1]) then
            return cli.misuse(message)
        end
        failed = failed or not answer or question.is_bad(answer)
        if args.json then
            results[i] = answer and question.encode(path, answer) or encode(path, nil, message, mistakes)
        elseif answer then
            question.print(path, answer)
        else
            print_mistakes(path, message, mistakes)
        end
    end
    return failed, results
end

---@param args table
---@return integer code
function M.run(args)
    cli.warn_of_left_out(args.files)
    local failed, results = ask_each(args)
    if math.type(failed) then
        return failed
    elseif args.json then
        cli.print_json(('{"schema":1,"files":%s}'):format(json.array(results)))
    end
    return failed and cli.FAILED or 0
end

return M
