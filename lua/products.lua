--- What each product carries of the Lua modules, the ready-made policies and the scenarios; which of our
--- functions for Lua it has is told in C (lua/bind/module.h).
---
--- `roots` are the modules that C asks for by name, or people; from there lua/vm/graph.lua follows every
--- `require`. It stops at what stands in `without`: modules that others name but that nothing in this product
--- gets to. A `*` at the end stands for whatever follows. A name that fits no file fails the build.

-- What the policy VM opens (lua/vm/vm.c) and what runs in it.
local SANDBOX <const>, SAFE_STRINGS <const> = "upnudge.sandbox", "upnudge.sandbox.string"
local POLICIES <const>, SCENARIOS <const> = "policy:*", "scenario:*"

return {
    -- The small program: notify and prompt alone.
    upnudge = {
        roots = { "upnudge.runtime.image", "upnudge.sandbox.activation", "upnudge.sandbox.authors", SANDBOX,
            SAFE_STRINGS, POLICIES },
        without = { "upnudge.runtime.service", "upnudge.runtime.options", "upnudge.runtime.log", "upnudge.lockfile",
            "upnudge.strategy.database_*", "upnudge.strategy.migration" },
    },
    -- The C API.
    libupnudge = {
        roots = { "upnudge.runtime", SANDBOX, SAFE_STRINGS, POLICIES },
        without = { "upnudge.strategy.database_*", "upnudge.strategy.migration" },
    },
    -- Every command, what policy tests require, and what all the others ask of a database.
    ["upnudge-cli"] = {
        roots = { "upnudge", "upnudge.cli", "upnudge.testing", "upnudge.strategy.database_question", SANDBOX,
            SAFE_STRINGS, POLICIES, SCENARIOS },
    },
    -- A Lua host has the trusted modules as files, beside core.so; the policy VM opens no file.
    core = {
        roots = { SANDBOX, SAFE_STRINGS, POLICIES, SCENARIOS },
    },
}
