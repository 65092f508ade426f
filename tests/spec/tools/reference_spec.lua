--- The types that editors load are LuaCATS, by the grammar of its documentation (luals.github.io/wiki/annotations),
--- and name nothing that is not there.

local command = require "command"
local policy = require "upnudge.policy"
local reference = require "upnudge.tools.reference"
local schema = require "upnudge.language.schema"
local stage = require "stage"

before_each(stage.bare)
after_each(stage.strike)

-- ---- the grammar ---------------------------------------------------------------------------------

--- Reads a type from the front of a text; `self.used` collects the names in it.
local Reader = {}
Reader.__index = Reader

function Reader:fail(what)
    error(("%s expected at '%s' of: %s"):format(what, self.text:sub(self.at), self.text), 0)
end

--- What fits a pattern there, behind blanks; nil: nothing does.
function Reader:take(pattern)
    local found, behind = self.text:match("^%s*(" .. pattern .. ")()", self.at)
    self.at = behind or self.at
    return found
end

function Reader:need(pattern)
    return self:take(pattern) or self:fail(pattern)
end

function Reader:list(close, item)
    if self:take(close) then
        return
    end
    repeat
        item()
    until not self:take "[,;]"
    self:need(close)
end

function Reader:fun()
    self:need "%("
    self:list("%)", function()
        if not self:take "%.%.%." then
            self:need "[%a_][%w_]*"
        end
        self:take "%?"
        if self:take ":" then
            self:type()
        end
    end)
    if self:take ":" then
        repeat
            self:type()
        until not self:take ","
    end
end

function Reader:braces()
    self:list("}", function()
        if self:take "%[" then
            self:type()
            self:need "%]"
        else
            self:need "[%a_][%w_]*"
            self:take "%?"
        end
        self:need ":"
        self:type()
    end)
end

function Reader:name()
    local name = self:take "[%a_][%w_.]*"
    if not name then
        return self:take "%-?%d+" or self:take '"[^"]*"' or self:fail "a type"
    elseif name == "fun" then
        return self:fun()
    end
    self.used[#self.used + 1] = name
    if self:take "<" then
        self:list(">", function()
            self:type()
        end)
    end
end

function Reader:unit()
    if self:take "%(" then
        self:type()
        self:need "%)"
    elseif self:take "{" then
        self:braces()
    else
        self:name()
    end
    -- Nothing but what stands at it, though the server takes what stands behind blanks, too.
    local behind
    repeat
        behind = self.text:match("^%[%]()", self.at) or self.text:match("^%?()", self.at)
        self.at = behind or self.at
    until not behind
end

function Reader:type()
    repeat
        self:unit()
    until not self.text:find("^|", self.at) or not self:take "|"
end

--- Of a type at the front of a text, the names in it; what is behind it is for people, and cannot be taken for more
--- of the type.
local function names_in(text, used, bare)
    local reader = setmetatable({ text = text, at = 1, used = used }, Reader)
    repeat
        reader:type()
    until not (bare and reader:take ",")
    local rest = text:sub(reader.at)
    assert(rest == "" or not bare and rest:find '^ [%w"`$]', text)
end

-- What one line may be, in which state: takes what stands in it, and gives the state behind it.
local LINES <const> = {
    { "^%-%-%-@meta ([%a_][%w_.]*)$", "begin", function(file, name)
        file.module = name
        return "between"
    end },
    { "^%-%-%- [^@]", "begin between text", function(_, _, state)
        return state == "begin" and "begin" or state == "between" and "between"
    end },
    { "^%-%-%-@class ([%a_][%w_.]*)$", "between", function(file, name)
        assert(not file.classes[name], name .. " is declared twice")
        file.classes[name] = {}
        file.class = name
        return "class"
    end },
    { "^%-%-%-@field ([%a_][%w_]*%??) (.+)$", "class", function(file, name, _, rest)
        local plain = name:gsub("%?", "")
        assert(not file.classes[file.class][plain], plain .. " is declared twice")
        file.classes[file.class][plain] = true
        names_in(rest, file.used)
        return "class"
    end },
    { "^%-%-%-@param ([%a_.][%w_.]*) (.+)$", "between", function(file, name, _, rest)
        names_in(rest, file.used)
        file.parameters[#file.parameters + 1] = name
        return "between"
    end },
    { "^%-%-%-@return (.+)$", "between", function(file, types)
        names_in(types, file.used, true)
        return "function"
    end },
    { "^function ([%a_][%w_.:]*)%((.-)%) end$", "function", function(file, name, _, parameters)
        assert(parameters == table.concat(file.parameters, ", "), name)
        assert(not file.functions[name], name .. " is there twice")
        file.functions[name], file.parameters = true, {}
        return "between"
    end },
    { "^local ([%a_][%w_]*) = {}$", "class", function(file, name)
        file.tables[name] = file.class
        return "between"
    end },
    { "^([%a_][%w_]*%.[%a_][%w_]*) = {}$", "class", function(file, name)
        file.tables[name] = file.class
        return "between"
    end },
    { "^return ([%a_][%w_]*)$", "between", function(file, name)
        file.returned = file.tables[name]
        return "end"
    end },
    { "^$", "begin between class", function()
        return "between"
    end },
}

--- What a file declares, uses and defines; raises where it is none.
local function read(text)
    local file = { classes = {}, used = {}, functions = {}, tables = {}, parameters = {} }
    local state = "begin"
    for line in text:gmatch "([^\n]*)\n" do
        local following
        for _, kind in ipairs(LINES) do
            local first, rest = line:match(kind[1])
            if first and kind[2]:find(state, 1, true) then
                following = kind[3](file, first, state, rest)
                break
            end
        end
        state = following or error(("in '%s': %s"):format(state, line), 0)
    end
    assert(state == "end", state)
    return file
end

local BUILTIN <const> = { any = true, boolean = true, string = true, number = true, integer = true, table = true,
    ["nil"] = true, ["true"] = true, ["false"] = true, ["function"] = true }

-- ---- the types -----------------------------------------------------------------------------------

describe("the types of policies", function()
    local language, testing = reference.types "policy", reference.types "testing"

    it("are LuaCATS, and Lua", function()
        for text, module in pairs { [language] = "upnudge", [testing] = "upnudge.testing" } do
            assert.equal(module, read(text).module)
            assert.is_table(assert(load(text))())
        end
    end)

    it("name no type that is not declared", function()
        local all, declared = { read(language), read(testing) }, {}
        for _, file in ipairs(all) do
            for name in pairs(file.classes) do
                assert.is_nil(declared[name], name)
                declared[name] = true
            end
        end
        for _, file in ipairs(all) do
            assert.is_true(#file.used > 100)
            for _, name in ipairs(file.used) do
                assert.is_true(BUILTIN[name] or declared[name], name)
            end
        end
    end)

    it("have a definition of each function, on a class", function()
        local file = read(language)
        assert.equal("upnudge.policy.Language", file.returned)
        assert.equal("upnudge.policy.Text", file.tables["u.text"])
        for _, entry in ipairs(schema.functions) do
            assert.is_true(file.functions[entry[1]:match "^[%w_.]+"], entry[1])
        end
        -- What a policy is told that it may have meant is all that it has.
        for what, prefix in pairs { evry = "u.", ["text.sumary"] = "u.text." } do
            local path = stage.policy("{ api = 1, name = u." .. what .. " }", "p")
            local _, message = policy.load { name = path, path = path }
            local count = 0
            for name in message:match "one of: ([^)]*)":gmatch "[^, ]+" do
                assert.is_true(file.functions[prefix .. name], name)
                count = count + 1
            end
            assert.is_true(count > 8)
        end
        local tests = read(testing)
        assert.equal("upnudge.testing.Module", tests.returned)
        assert.equal("upnudge.testing.World", tests.tables.World)
        for _, entry in ipairs(schema.testing.calls) do
            assert.is_true(tests.functions[(entry[1]:match "^[%w_.:]+":gsub("^world", "World"))], entry[1])
        end
    end)

    it("are read strictly here", function()
        for wrong in pairs {
            ["---@field a table<string\n"] = true, ["---@field a? \n"] = true, ["---@field a string|\n"] = true,
            ["---@field a fun(c string)\n"] = true, ["---@field a string ? for it\n"] = true,
            ["---@field a string [or not]\n"] = true, ["---@field a {x string}\n"] = true, ["---@feild a string\n"] = true,
            ["---@field a string\n---@field a string\n"] = true,
        } do
            assert.is_false(pcall(read, "---@meta m\n\n---@class C\n" .. wrong .. "local x = {}\n\nreturn x\n"), wrong)
        end
        assert.is_true(pcall(read, "---@meta m\n\n---@class C\n---@field a? (fun(c: C, ...: any): string?, integer)|{ [1]: C }[] What.\n"
            .. "local x = {}\n\n--- It.\n---@param a table<string, C>?\n---@return string, C\nfunction x.f(a) end\n\nreturn x\n"))
        assert.is_false(pcall(read, "---@meta m\n\n---@class C\nlocal x = {}\n\n---@param a C\n---@return C\nfunction x.f(b) end\n\nreturn x\n"))
    end)

    it("are printed by the command, and of no other module", function()
        assert.equal(language, command.run("policy", "reference", "--types", "policy").out)
        assert.equal(2, command.run("policy", "reference", "--types", "tests").code)
    end)
end)
