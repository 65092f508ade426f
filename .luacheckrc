std = "lua54"
max_line_length = 120
-- luacheck 1.1.0 takes `local _x <close>` for an unused variable.
ignore = { "211/_.*" }
-- What the policy VM has of Lua without a require, and the functions that C gives it. A module of lib/ that requires
-- more than string, table, math and utf8 is for the trusted side alone, which tests/lint/walls.lua holds.
stds.policy_vm = { read_globals = { "_G", "assert", "error", "getmetatable", "ipairs", "load", "next", "pairs", "pcall",
    "rawequal", "rawget", "rawlen", "rawset", "require", "select", "setmetatable", "tonumber", "tostring", "type" } }
files["lua/upnudge/lib"] = { std = "policy_vm" }
stds.of_c = { read_globals = { "attempt", "charge", "charged", "compile", "digest", "fetch", "get_metatable",
    "kept", "set_metatable", "where" } }
files["lua/upnudge/language"] = { std = "policy_vm+of_c" }
files["lua/upnudge/sandbox"] = { std = "policy_vm+of_c" }
files["tests/spec"] = { std = "+busted", max_line_length = 150 }
files["lua/upnudge/meta"] = { ignore = { "212", "241" }, max_line_length = false }
files["tests/spec/sandbox/attacks_spec.lua"] = { max_line_length = 220 }
files["tests/unit/modules"] = { std = "policy_vm+of_c" }
files["tests/hostile"] = { max_line_length = 150 }
files["tests/fuzz"] = { max_line_length = 150 }
files["policies"] = { max_line_length = 130 }
