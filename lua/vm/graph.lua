--- Build tool: which modules a product carries.
---
--- usage: lua graph.lua PRODUCTS.lua PRODUCT NAME=FILE...
---
--- Prints, one a line, those NAME=FILE that the product needs, as PRODUCTS.lua tells (see lua/products.lua).
--- `require "name"` is followed where it stands in the code of a module, be it run at once or much later. A name
--- that is put together, `require("upnudge.cli." .. command)`, stands for every module that begins so. What
--- nobody can follow fails the build: a name without such a beginning, and a module of ours that is not there.
--- Policies and scenarios are not followed, for they have `require "upnudge"` alone, which the sandbox answers.

local function fail(...)
    error(string.format(...), 0)
end

--- The word, string or mark at or after `at`, with comments skipped: its kind, its text, where it begins and
--- ends; nil at the end of the source. Escapes stay as they are written, for module names have none.
local function token(source, at)
    at = source:find("%S", at)
    while at and source:find("^%-%-", at) do
        local level = source:match("^%-%-%[(=*)%[", at)
        local _, last = source:find(level and "]" .. level .. "]" or "\n", at, true)
        at = last and source:find("%S", last + 1)
    end
    if not at then
        return nil
    end
    local level, quote = source:match("^%[(=*)%[", at), source:match("^[\"']", at)
    if level then
        local first, last = source:find("]" .. level .. "]", at, true)
        return "string", source:sub(at + #level + 2, first - 1), at, last
    elseif quote then
        local last = at + 1
        while source:sub(last, last) ~= quote do
            last = last + (source:sub(last, last) == "\\" and 2 or 1)
        end
        return "string", source:sub(at + 1, last - 1), at, last
    end
    local word = source:match("^[%a_][%w_]*", at) or source:match("^%.+", at) or source:sub(at, at)
    return "word", word, at, at + #word - 1
end

local function tokens(source)
    local list = { word = {}, string = {}, at = {} }
    local kind, text, first, last = token(source, 1)
    while kind do
        local i = #list.at + 1
        list.at[i], list[kind][i] = first, text
        kind, text, first, last = token(source, last + 1)
    end
    return list
end

--- What a file requires: names, and beginnings of names with a "*" behind.
local function requires(path)
    local file = assert(io.open(path, "rb"))
    local source = file:read "a"
    file:close()
    local list, found = tokens(source), {}
    local words = list.word
    for i = 1, #list.at do
        local before, after = words[i - 1], words[i + 1]
        -- Not x.require, nor { require = x }.
        if words[i] == "require" and before ~= "." and before ~= ":" and after ~= "=" then
            -- require("x"), pcall(require, "x") or require "x"
            local within = after == "(" or after == ","
            local argument = within and i + 2 or i + 1
            local name = list.string[argument]
            if not name then
                local _, lines = source:sub(1, list.at[i]):gsub("\n", "")
                fail("%s:%d: what is required here cannot be told; begin its name with a string", path, lines + 1)
            end
            found[#found + 1] = within and words[argument + 1] == ".." and name .. "*" or name
        end
    end
    return found
end

local function fits(name, pattern)
    local beginning = pattern:match "^(.*)%*$"
    return name == pattern or beginning ~= nil and name:sub(1, #beginning) == beginning
end

--- The modules that fit. One of ours has to be there; the C module is no file, and others are not ours.
local function matching(files, pattern, whose)
    local names = {}
    for name in pairs(files) do
        names[#names + 1] = fits(name, pattern) and name or nil
    end
    local ours = pattern:find ":" or pattern == "upnudge" or pattern:find "^upnudge%."
    if #names == 0 and ours and pattern ~= "upnudge.core" then
        fail("%s: no module '%s'", whose, pattern)
    end
    return names
end

--- The names of what the product carries.
local function closure(product, files)
    local left_out, carried = {}, {}
    local function carry(pattern, whose)
        for _, name in ipairs(matching(files, pattern, whose)) do
            if not carried[name] and not left_out[name] then
                carried[name] = true
                for _, required in ipairs(name:find ":" and {} or requires(files[name])) do
                    carry(required, files[name])
                end
            end
        end
    end
    for _, pattern in ipairs(product.without or {}) do
        for _, name in ipairs(matching(files, pattern, "without")) do
            left_out[name] = true
        end
    end
    for _, pattern in ipairs(product.roots) do
        carry(pattern, "roots")
    end
    return carried
end

local function main(products, product, ...)
    local files = {}
    for _, word in ipairs { ... } do
        local name, path = word:match "^([^=]+)=(.+)$"
        files[name or fail("expected NAME=FILE, got %s", word)] = path
    end
    local carried = closure(dofile(products)[product] or fail("%s: no product '%s'", products, product), files)
    for _, word in ipairs { ... } do
        if carried[word:match "^[^=]+"] then
            print(word)
        end
    end
end

local ok, message = pcall(main, ...)
if not ok then
    io.stderr:write("graph.lua: ", message, "\n")
    os.exit(1)
end
