--- Hostile policies, made up from a grammar of what costs much, and ready-made ones that were damaged. Each is loaded
--- and asked twice, in VMs of their own: it takes no more than 20 ms of processor time on top of a normal activation,
--- gives the same answer both times, and one reason that people can read. The few that the last resort ends may be
--- answered the next time, for that is processor time, by a speed that is measured anew.

local command = require "command"
local effort = require "effort"
local luck = require "luck"
local policy = require "upnudge.policy"

-- Units of tests/effort.lua, each about a millisecond; sanitizers are slow.
local MOST <const> = command.sanitised and 1000 or 20
-- Bytes that this process may grow by while it plays; VMs are 8 MB each, and gone after it.
local GROWTH <const> = 96 << 20
local LONGEST_REASON <const> = 1 << 20

local FACTS <const> = { now = 1800000000, env = { name = "webshop", path = "/home/me/webshop" }, history = {},
    result = { total = 4, versions = 3, rebuilds = 1, changed = 0, added = 0, removed = 0, major = 1, minor = 1,
        patch = 1, security = 1, fingerprint = "f", since = 1, checked_at = 1 },
    host = { app = "t", tty = true, ci = false, system = "x86_64-linux", mode = "activate", active = false,
        lang = "de_DE.UTF-8" } }

local pick <const>, chance <const> = luck.pick, luck.chance

-- ---- the grammar --------------------------------------------------------------------------------

--- $NAME stands for one of its productions, $1 … $9 for a whole number of so many digits at most.
local GRAMMAR <const> = {
    value = { "nil", "true", "$3", "$9", "-$4", "0.1", "1e308", "5e-324", "0/0", "1/0", "math.mininteger",
        "math.maxinteger", "$text", "$text", "$table", "$table", "$function", "t", "t", "s", "s", "i", "u", "c",
        "next", "string", "#$table", "#$text" },
    text = { "s", "'x'", "''", "('x'):rep($5)", "('ab'):rep($5)", "('%'):rep($4)", "('('):rep($4)", "s .. s", "s .. i",
        "'\\u{FFFD}'", "tostring($value)", "('%d'):format($5)", "s:upper()", "s:sub($3, $5)", "table.concat(l, 'x')",
        "('1'):rep($5)", "(' '):rep($5)", "c.env.path", "i .. 0.1" },
    pattern = { "'.-.-b'", "'(a*)*b'", "'%b()'", "'[^%s]+$'", "'^(.-)%s*$'", "('a?'):rep($2) .. ('a'):rep($2)",
        "'(.-)%1b'", "('.-'):rep($2)", "'%f[%w]%w+'", "'[%a-z]'", "s", "'x*'", "('[a'):rep($2)", "'%'", "'(()'" },
    table = { "{}", "t", "l", "{ $value, $value }", "{ [$value] = 1, x = $value }", "setmetatable({}, $meta)",
        "setmetatable({}, $meta)", "{ s, s, s }", "{ t }", "table.pack(table.unpack(l))" },
    meta = { "{ __index = $table }", "{ __index = $function }", "{ __newindex = $table }", "{ __call = $value }",
        "{ __len = $function }", "{ __eq = $function, __lt = $function, __le = $function }", "{ __concat = $function }",
        "{ __add = $function, __unm = $function, __idiv = $function }", "{ __close = $function }",
        "{ __pairs = $function }", "{ __mode = 'k' }", "{ __gc = $function }", "{ __metatable = $value }", "t",
        "{ __index = string }", "{ __index = c }", "{ __tostring = $function, __name = s }" },
    ["function"] = { "function() end", "function(...) return ... end", "function(a, b) $work return a end", "f", "type",
        "function() return f(f) end", "function(...) return select('#', ...) end", "error", "pcall", "setmetatable",
        "function(a, b) return a < b end", "function() return true end", "string.rep", "function() error($value) end" },
    work = { "$step", "$step $step", "$step $step $step", "$loop", "if i % 2 == 0 then $step else $step end",
        "pcall(function() $step end)", "do local $many $step end", "goto on ::on::" },
    many = { "a, b, d = $value, $value", "x <const> = $value", "x <close> = nil", "function g(...) $step return g end",
        "a = { ... }" },
    loop = { "for k = 1, $4 do $work end", "for k, v in pairs($table) do $work end",
        "for k, v in ipairs($table) do $work end", "for k, v in next, t do t[k] = nil $step end", "while i do $work end",
        "repeat $step until #s > $5", "for w in s:gmatch($pattern) do $work end", "for _, x in utf8.codes(s) do $step end" },
    step = { "i = i + 1", "t[i] = $value", "t[$value] = $value", "l[#l + 1] = $value", "s = $text", "s = s .. s",
        "f = $function", "t = { t }", "t = $table", "t = setmetatable($table, $meta)", "local x = $value == $value",
        "local x = s < s .. i", "local x = $text < $text", "local x = i .. 0.1 .. 1e300", "local x = 1e308 % 3e-308",
        "local x = t[$value]", "local x = t.x.y", "local x = $value .. $value", "local x = $value + $value",
        "local x = -$value", "i = (i | $9) + 1", "t[i * 34349] = i", "t['k' .. i] = i", "t['k' .. i - 500] = nil",
        "f($value, $value)", "t($value)", "t:x($value)", "pcall(f, $value)", "pcall(error, $value, $9)", "select($value, f())",
        "table.insert(l, 1, $value)", "table.remove(l, 1)", "table.sort(l)", "table.sort(l, $function)",
        "table.concat(l, s)", "table.unpack(l)", "table.move(l, 1, $5, $4)", "table.insert(t, $value)",
        "string.rep($text, $9, $text)", "string.format($text, $value, $value)", "string.format('%99.99f', $value)",
        "string.format('%' .. ('0'):rep($3) .. 'd', 1)", "string.format('%-20s|%q', $text, $text)",
        "string.byte($text, $value, $value)", "s:find($pattern)", "s:match($pattern, -$4)", "s:gsub($pattern, $value)",
        "s:gsub($pattern, $function, $5)", "string.find($text, $text, 1, true)", "utf8.len($text)", "utf8.char($7, $4)",
        "utf8.codepoint($text, $value, $value)", "utf8.offset($text, $5)", "tonumber($text, $2)", "tonumber($text)",
        "tostring($value)", "next($table, $value)", "rawset($table, $value, $value)", "rawget($table, $value)",
        "rawequal($value, $value)", "assert($value)", "getmetatable($value).__index = $value",
        "getmetatable($table).__mode = 'k'", "rawlen($value)", "ipairs($value)", "math.fmod(1e308, 3e-308)",
        "math.max(table.unpack(l))", "u.every($value)", "u.duration($text)", "u.backoff { first = $text, factor = $value }",
        "u.hours { day = $table, from = $text }", "u.on { day = $text, to = $value }", "u.rule($text) { quiet = $value }",
        "u.text.summary(c)", "u.text.packages(c, $value)", "u.text.hint($value)", "local x = u[$text]", "local x = c[$value]",
        "local x = c.result.packages", "x = $value", "do return $value end", "f(f(f(f)))", "local a <close> = $table",
        "l = table.pack(f(table.unpack(l)))", "f = function(...) return f(i, ...) end" },
}

local DEPTH <const> = 9

local function expand(name, depth)
    local production = depth > DEPTH and (name == "work" and "i = i + 1" or name == "many" and "a" or "i")
        or pick(GRAMMAR[name])
    return (production:gsub("%$(%l+)", function(inner)
        return expand(inner, depth + 1)
    end):gsub("%$(%d)", function(digits)
        return math.random(0, 10 ^ math.random(tonumber(digits)) // 1 | 0)
    end))
end

--- What the work plays with.
local function prelude(size)
    local parts = { "local i, s, t, l, f = 1, 'x', {}, {}, function(...) return ... end\n" }
    for _ = 1, math.random(size) do
        parts[#parts + 1] = pick { "s = ('x'):rep($5)", "for k = 1, $4 do l[k] = $value end", "for k = 1, $4 do t[k * 8382465] = k end",
            "for k = 1, $3 do t = setmetatable({}, { __index = t, __call = t }) end", "l = { $text, $text, $text, $text }",
            "for k = 1, $4 do t = { t } end", "f = $function", "$step", "$step" } .. "\n"
    end
    return (table.concat(parts):gsub("%$(%l+)", function(name)
        return expand(name, 0)
    end):gsub("%$(%d)", function(digits)
        return math.random(0, 10 ^ math.random(tonumber(digits)) // 1 | 0)
    end))
end

local function code(size)
    local parts = { prelude(size) }
    for _ = 1, math.random(size) do
        local work = expand(chance(60) and "loop" or "work", 0)
        -- Most mistakes would end it too early to cost anything.
        parts[#parts + 1] = chance(70) and ("pcall(function() %s end)"):gsub("%%s", function()
            return work
        end) or ("do %s end"):gsub("%%s", function()
            return work
        end)
    end
    return table.concat(parts, "\n")
end

-- ---- policies -----------------------------------------------------------------------------------

-- Where code may stand in a policy.
local PLACES <const> = {
    "%s", "local c = {} %s",
    'return u.policy { api = 1, name = "p", rules = { u.rule "r" { when = function(c) %s end, quiet = "x" } } }',
    'return u.policy { api = 1, name = "p", rules = { u.rule "r" { quiet = function(c) %s end } } }',
    'return u.policy { api = 1, name = "p", rules = { u.rule "r" { notify = function(c) %s return true end } } }',
    'return u.policy { api = 1, name = "p", rules = { u.rule "r" { notify = u.always(), text = function(c) %s end } } }',
    'return u.policy { api = 1, name = "p", decide = function(c) %s end }',
    'return u.policy { api = 1, name = "p", text = u.text.summary, catalogues = { de = { summary = function() %s end,'
        .. ' versions = function(n) local c = {} %s end } }, rules = { u.rule "r" { notify = u.always() } } }',
}

local function with_code(size)
    local place = pick(PLACES)
    return 'local u = require "upnudge"\n' .. place:gsub("%%s", function()
        return code(size)
    end)
end

--- Text that costs the compiler, or whoever looks for mistakes.
local function with_structure(size)
    local count = math.random(1, 4 ^ math.min(size, 7) // 1 | 0)
    local nested = math.random(1, math.min(count, 195))
    local names = {}
    for i = 1, 190 do
        names[i] = "v" .. i
    end
    names = table.concat(names, ",")
    local body = pick {
        ("local %s local function f() "):format(names):rep(nested) .. ("a=b "):rep(count) .. ("end "):rep(nested),
        "local x = a" .. (" and a or b"):rep(count), "if a then " .. ("elseif b then c() "):rep(count) .. "end",
        "while a do " .. ("if a then break end "):rep(count) .. "end", ("goto x "):rep(count) .. "::x::",
        "local x = " .. ("{"):rep(nested) .. ("}"):rep(nested), "local x = " .. ("("):rep(count) .. "1" .. (")"):rep(count),
        "local x = {" .. ("'k', "):rep(count) .. "}", "local x = a" .. (".b"):rep(count), "local x = a" .. ("()"):rep(count),
        "local x = " .. ("-"):rep(count):gsub("%-", "- ") .. "1", "--[" .. ("="):rep(count) .. "[ x", ("]]"):rep(count),
        "local x = '" .. ("\\65"):rep(count) .. "'", "local x = '" .. ("\\z "):rep(count) .. "\\0'", ("x = 1\n"):rep(count),
        "return u.policy { api = 1, name = 'p', " .. ("ruels = 1, "):rep(count) .. "}",
        "return u.policy { api = 1, name = ('p'):rep(" .. count .. "), rules = { " .. ("u.rule 'r' { wehn = 1 }, "):rep(count) .. "} }",
        "return u.policy { api = 1, name = 'p', ignore = { " .. ("'*a*b', "):rep(count) .. "} }",
        "return u.policy { api = 1, name = 'p', extends = '" .. ("x"):rep(count) .. "' }",
        ("u.every 'x' "):rep(count), ("u.evry 'x' "):rep(count), ("error('"):rep(nested) .. ("x\n"):rep(count),
        "error((':1: near \\''):rep(" .. count .. "))", "error({ " .. ("{"):rep(nested) .. ("}"):rep(nested) .. " })",
    }
    local numbers = {}
    for i = 1, count do
        numbers[i] = ("%d"):format(i * 8382465)
    end
    body = chance(5) and "local x = {" .. table.concat(numbers, ",") .. "}" or body
    return ('local u = require "upnudge"\n' .. body):sub(1, 65000)
end

local ready

local function ready_made()
    if not ready then
        ready = {}
        local pipe = assert(io.popen "ls policies/*.lua")
        for path in pipe:lines() do
            ready[#ready + 1] = command.read(path)
        end
        pipe:close()
    end
    return pick(ready)
end

--- A ready-made policy in which some words are gone, doubled, exchanged or replaced by what costs much.
local function damaged(size)
    local words = {}
    for blank, word in ready_made():gmatch "(%s*)([%w_.]+)" do
        words[#words + 1] = blank .. word
    end
    local text = ready_made()
    for _ = 1, math.random(size) do
        local at = math.random(#text)
        local last = at + math.random(0, 20)
        local instead = pick { "", text:sub(at, last):rep(2), pick(words), expand("value", 0), expand("function", 0),
            (" function(c) %s end "):format(expand("work", 0)), string.char(math.random(0, 255)) }
        text = text:sub(1, at - 1) .. instead .. text:sub(last + 1)
    end
    return text:sub(1, 65000)
end

local function made(size)
    local kind = math.random(10)
    return kind <= 6 and with_code(size) or kind <= 8 and with_structure(size) or damaged(size)
end

-- ---- the play -----------------------------------------------------------------------------------

local work

--- What an activation makes of the policy: its answer or the reason why there is none.
local function activate()
    local loaded, reason = policy.load { name = "p", path = work .. "/p.lua" }
    if not loaded then
        return "not loaded", reason
    end
    local decision, fault = loaded:ask { now = FACTS.now, env = FACTS.env, result = FACTS.result,
        history = FACTS.history, host = FACTS.host }
    loaded:close()
    if not decision then
        return "no answer", fault
    end
    return ("%s %s %s"):format(decision.notify, decision.text, decision.next_at), decision.reason
end

local function resident()
    local file = assert(io.open "/proc/self/statm")
    local pages = file:read("a"):match "^%d+ (%d+)"
    file:close()
    return tonumber(pages) * 4096
end

local played, clocked = 0, 0

--- Whether the last resort ended one of two activations. It is for the few policies whose cost nothing else counts.
local function by_the_clock(reason, reason_again)
    local other = "its instructions take far more time than others"
    local is_one = (reason .. reason_again):find(other, 1, true) ~= nil
    played, clocked = played + 1, clocked + (is_one and 1 or 0)
    assert(clocked <= 3 + played // 100, "the last resort ends too many policies")
    return is_one
end

local before

local function check(text)
    command.write(work .. "/p.lua", text)
    local answer, reason = effort.within("an activation", MOST, activate)
    -- Another VM moves what is allocated, and with it Lua's hash seed.
    local _other <close> = assert(require "upnudge.core".vm())
    local again, reason_again = activate()
    assert(by_the_clock(reason, reason_again) or answer == again and reason == reason_again,
        ("another answer: %s: %s\n%s: %s"):format(answer, reason, again, reason_again))
    assert(reason ~= "" and #reason <= LONGEST_REASON and not reason:find "0x%x%x%x%x%x",
        "no reason for people: " .. reason:sub(1, 1000))
    collectgarbage()
    before = before or resident()
    assert(resident() - before < GROWTH, "it leaks")
end

local function run(_, size)
    work = command.directory()
    if chance(20) then
        command.write(work .. "/base.lua", made(size))
    end
    local text = made(size)
    if chance(20) then
        text = text:gsub("api = 1", 'api = 1, extends = "base"')
    end
    local ok, fault = xpcall(check, debug.traceback, text)
    command.remove(work)
    if not ok then
        error(fault .. "\n" .. text:sub(1, 3000), 0)
    end
end

return { name = "policies", cases = 600, run = run }
