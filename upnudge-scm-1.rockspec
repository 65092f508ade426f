-- The Lua module from these sources: luarocks --lua-version 5.4 make
-- A released version has its own, which `make rockspec` makes from this one.
rockspec_format = "3.0"
package = "upnudge"
version = "scm-1"
source = { url = "file://." }
description = {
   summary = "Upgrade notices for tools that manage environments",
   detailed = "Remembers what a background check found, and says so at the right moment.",
   license = "MIT",
}
supported_platforms = { "linux" }
dependencies = { "lua ~> 5.4", "lua-cjson >= 2.1", "luafilesystem >= 1.8" }
build = {
   type = "make",
   build_target = "rock",
   install_target = "install-rock",
   build_variables = { LUA = "$(LUA)", LUA_INCLUDE = "$(LUA_INCDIR)" },
   install_variables = { LUA = "$(LUA)", ROCK_LUA = "$(LUADIR)", ROCK_LIB = "$(LIBDIR)" },
}
