--- What people write who come from another language, or leave open, is told as what it is, where it is.

local command = require "command"
local core = require "upnudge.core"
local effort = require "effort"
local policy = require "upnudge.policy"
local slip = require "upnudge.policy.slip"
local stage = require "stage"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

--- "line:column: message" of each mistake.
local function told(source)
    local path = work .. "/p.lua"
    command.write(path, source)
    local loaded, _, mistakes = policy.load { name = path, path = path }
    assert.is_nil(loaded)
    local lines = {}
    for i, one in ipairs(mistakes) do
        lines[i] = ("%d:%d: %s"):format(one.line, one.column, one.message)
    end
    return lines
end

--- That a source is told one mistake, where it has an @.
local function is_told(source, message)
    local at = assert(source:find("@", 1, true), source)
    local _, lines = source:sub(1, at):gsub("\n", "")
    local column = #source:sub(1, at):match "[^\n]*$"
    source = source:gsub("@", "", 1)
    assert.same({ ("%d:%d: %s"):format(lines + 1, column, message) }, told(source), source)
end

local HEAD <const> = 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", extends = "default",\n'

-- What stands in a function.
local BODIES <const> = {
    ["return c.result.total @!= 0"] = "Lua has no '!='; write '~='",
    ["return @!c.host.ci"] = "Lua has no '!'; write 'not'",
    ["return c.host.tty @&& c.host.ci"] = "Lua has no '&&'; write 'and'",
    ["return c.host.tty @|| c.host.ci"] = "Lua has no '||'; write 'or'",
    ["return c.host.tty @? 1 : 2"] = "Lua has no '?'; write `condition and value or other`",
    ["return c.now @=== 1"] = "Lua has no '==='; write '=='",
    ["local n = 1 n @+= 2 return n"] = "Lua has no '+='; write `n = n + 1`",
    ["local n = 1 n @-= 2 return n"] = "Lua has no '-='; write `n = n - 1`",
    ["local n = 1 n@++ return n"] = "Lua has no '++'; write `n = n + 1`",
    ["local s = 'a' s @..= 'b' return s"] = "Lua has no '..='; write `text = text .. more`",
    ["if c.now then return 1 @else if c.env then return 2 end"] =
        "'else if' opens a second 'if', which needs an 'end' of its own; write 'elseif'",
    ["if c.now then return 1 @elif c.env then return 2 end"] = "it is 'elseif' in Lua",
    ["@let n = 1 return n"] = "a variable is declared by 'local'",
    ["return c.env.name == @“webshop”"] = "this quotation mark is a letter to Lua; a text stands in \"...\" or '...'",
    ["return c.env.name == @`webshop`"] = "a text stands in \"...\", '...' or [[...]]",
    ["return u.packages(c @5)"] = "a comma or a ')' is missing before '5'",
    ["return @(c.now"] = "this '(' has no ')'; Lua noticed at 'end'",
    ["gr@öße = 1"] = "letters outside of ASCII have a place in texts and comments alone",
    ["return@\194\160true"] = "this is a no-break space, which Lua takes for a letter; write a space",
    ["gr@\246\223e = 1"] = "this byte is no text in UTF-8",
    -- What is in texts and comments is nobody's business.
    ['return "a != b && c“" --[[ && ]] @x = 1'] = "an 'end' is missing before 'x': the 'function' of line 3 is still open",
}

-- Whole files.
local FILES <const> = {
    ["@\239\187\191" .. HEAD .. "}"] = "the file begins with a byte order mark (BOM); save it as UTF-8 without one",
    ["@// a policy\n" .. HEAD .. "}"] = "a comment begins with --",
    [HEAD .. "  rules = @{\n    u.rule 'x' { quiet = true },\n}\n"] = "this '{' has no '}'; Lua noticed at the end of the file",
    [HEAD .. "  rules = {\n    u.rule 'x' @{ quiet = true,\n  },\n}\n"] =
        "this '{' has no '}'; Lua noticed at the end of the file",
    [HEAD .. "  rules = {\n    u.rule 'x' {\n      when = function(c)\n        @if c.now then\n          return 1\n      end,\n"
        .. "      quiet = true },\n  } }\n"] = "this 'if' has no 'end'; Lua noticed at ','",
    ["local function f()\n  @if x then\n    return 1\nend\n" .. HEAD .. "}\n"] =
        "this 'if' has no 'end'; Lua noticed at the end of the file",
    [HEAD .. "  text = function(c)\n    @c.host.ci\n  end }\n"] =
        "a value alone is no statement; is a 'return' missing before it?",
    [HEAD .. "  text = function(c) if c then return 'a' end@, hint = 'x' }\n"] =
        "an 'end' is missing before ',': the 'function' of line 3 is still open",
    [HEAD .. "  rules = @{\n    u.rule 'x' { quiet = true },\n"] = "this '{' has no '}'; Lua noticed at the end of the file",
    [HEAD .. "  text = function(c) return 1, hint @= 'x' }\n"] =
        "an 'end' is missing before '=': the 'function' of line 3 is still open",
    [HEAD .. "  rules = {\n    u.rule 'x' { quiet = true }\n    @u.rule 'y' { quiet = true }\n  } }\n"] =
        "a comma is missing before 'u'",
    [HEAD .. "  hint = 'x' @text = 'y' }\n"] = "a comma is missing before 'text'",
    [HEAD .. "  hint: @'x' }\n"] = "a key is followed by '=', not by ':'",
    [HEAD .. "  'hint' @= 'x' }\n"] = "left of '=' stands a name, or a text in brackets: [\"a text\"] = ...",
    [HEAD .. "  text = (c) @=> 'x' }\n"] = "Lua has no arrow functions; write `function(c) return ... end`",
    [HEAD .. "}\n@local x = 1\n"] = "behind `return ...` nothing may stand",
    ["local function f() return 1 end @end\n" .. HEAD .. "}\n"] = "this 'end' closes nothing",
}

describe("what is no Lua", function()
    it("in a function is told with what is", function()
        for body, message in pairs(BODIES) do
            is_told(HEAD .. "  text = function(c) " .. body .. " end }\n", message)
        end
    end)

    it("in the order of a file is told with what is missing or too much", function()
        for source, message in pairs(FILES) do
            is_told(source, message)
        end
    end)

    it("keeps Lua's words where these say enough", function()
        assert.same({ "3:10: unexpected symbol near '}'" }, told(HEAD .. "  hint = }\n"))
        assert.same({ "3:10: unfinished string near ''x }'" }, told(HEAD .. "  hint = 'x }\n"))
        assert.is_nil(slip.of({ text = "x", code = "x" }, "attempt to index a nil value", 1))
    end)

    it("is found in time, whatever the file is", function()
        for _, part in ipairs { "{", "}", "(", "=", "function ", "end ", "else if ", "\n}", "\n {", "!", "let ", "let  ", "é", "\n" } do
            local source = part:rep(60000 // #part)
            for _, words in ipairs { "'}' expected near '='", "unexpected symbol near <eof>", "'end' expected near '}'",
                "<eof> expected near 'end'", "<name> expected near '" .. part .. "'" } do
                effort.within(part, 400, slip.of, { text = source, code = core.code(source) }, words, 1)
            end
        end
    end)
end)

describe("what is no rule where rules stand", function()
    local RULE <const> = 'u.rule "x" { notify = u.once() }'

    it("is told with how it is written", function()
        for body, message in pairs {
            ["  @rules = " .. RULE] = 'rules is a list, also of one: rules = { u.rule "x" { ... } }',
            ["  u.@rule 'x' { notify = u.once() }"] =
                'rule \'x\' stands in the table of the policy; rules stand in a list: rules = { u.rule "x" { ... } }',
            ["  rules = { u.@rule('x', { notify = u.once() }) }"] =
                'u.rule takes a name, and behind it a table: u.rule "x" { ... }',
            ["  @rules = { (function(x) return x { quiet = 'a' } and x end)(u.rule 'x') }"] =
                'rules[1] has a name and no table behind it; write u.rule "name" { ... }',
            ["  @rules = { u.rule 'x' }"] = 'rules[1] has a name and no table behind it; write u.rule "name" { ... }',
            ["  @strategy = 'separate_lock'"] = "strategy 'separate_lock' is no name; did you mean 'separate-lock'? "
                .. "(one of: simple, separate-lock, stateless, database)",
        } do
            is_told(HEAD .. body .. " }\n", message)
        end
        assert.same({ "2:8: policy has a value without a name, the one with the number 1; write NAME = VALUE" },
            told(HEAD .. "  'x' }\n"))
    end)
end)
