--- What of Lua itself a policy sees, and what it does not see. See upnudge.language.schema.

local M = {}

--- {names, what}: a library with its members, or functions.
M.seen = {
    { "string", "byte char find format gmatch gsub len lower match rep reverse sub upper",
        "The library of texts, also as methods: `(\"x\"):rep(3)`. No text is longer than 128 KiB." },
    { "table", "concat insert move pack remove sort unpack", "The library of tables, for plain ones." },
    { "math", "abs ceil floor fmod huge max maxinteger min mininteger modf pi sqrt tointeger type ult",
        "The library of numbers, without what is random." },
    { "utf8", "char charpattern codepoint codes len offset", "The library of UTF-8." },
    { "assert, error, pcall", "", "Errors. Nothing catches that the budget is spent." },
    { "ipairs, next, pairs, select", "", "Loops. `pairs` goes through any table in the same order everywhere." },
    { "getmetatable, setmetatable, rawequal, rawget, rawlen, rawset", "", "Metatables, without `__gc` and `__mode`." },
    { "tonumber, tostring, type", "", "Values. `tostring` tells no addresses." },
    { "require \"upnudge\"", "", "The policy language, and no other module." },
}

--- {name, what there is instead}, where a program of Lua has something.
M.unseen = {
    { "os.date", "`u.date(\"%A\")` is the time in words, `u.date(\"*t\")` in parts" },
    { "os.time", "`c.now` is the time in seconds" },
    { "os.clock", "`c.now` is the time in seconds" },
    { "os.getenv", "a policy lists the variable in `reads = { \"NAME\" }` and has it as `c.host.vars.NAME`" },
    { "os", "a policy knows of its surroundings what the context `c` says" },
    { "io", "a policy reads and writes no file; what it is told is in the context `c`" },
    { "print", "what is said is the `text` of a rule; `upnudge policy test` and `explain` show what a policy does" },
    { "load", "a policy runs its own text alone" },
    { "loadstring", "a policy runs its own text alone" },
    { "loadfile", "a policy is one file, with `extends` for what several share" },
    { "dofile", "a policy is one file, with `extends` for what several share" },
    { "xpcall", "`pcall(f, ...)` catches an error" },
    { "coroutine", "a function of a policy answers at once" },
    { "debug", "a mistake is told with its line" },
    { "package", "a policy has `require \"upnudge\"` alone" },
    { "collectgarbage", "memory is counted, and collected by itself" },
    { "unpack", "it is `table.unpack`" },
    { "math.random", "a policy answers the same each time; `u.sample` and `u.hash` choose people" },
    { "math.randomseed", "a policy answers the same each time; `u.sample` and `u.hash` choose people" },
    { "string.dump", "a policy runs its own text alone" },
    { "string.pack", "texts have no NUL bytes" },
    { "table.maxn", "it is `#list`" },
    { "table.getn", "it is `#list`" },
}

--- What other languages say, by what Lua does.
M.foreign = {
    { "null", "nil" }, { "NULL", "nil" }, { "None", "nil" }, { "undefined", "nil" }, { "True", "true" },
    { "False", "false" }, { "TRUE", "true" }, { "FALSE", "false" }, { "elif", "elseif" }, { "this", "c" },
}

return M
