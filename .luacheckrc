std = "lua54"
max_line_length = 120
-- luacheck 1.1.0 takes `local _x <close>` for an unused variable.
ignore = { "211/_.*" }
files["tests/spec"] = { std = "+busted", max_line_length = 150 }
files["lua/upnudge/meta"] = { ignore = { "212", "241" }, max_line_length = false }
files["policies"] = { max_line_length = 130 }
