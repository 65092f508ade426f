--- Mix: `mix deps.update --all`. mix.exs is a program of the project, which Mix runs.

return {
    name = "mix", title = "mix", formats = { "mix" },
    needs = { "mix" }, install = "apt install elixir, or https://elixir-lang.org/install.html",
    command = { "deps.update", "--all" },
    environment = { "HEX_HTTP_TIMEOUT=60", "MIX_QUIET=1" },
    reads = { "mix.exs", "config/*.exs", "apps/*/mix.exs", ".formatter.exs" },
    hint = "mix deps.update --all",
    telling = { "^%*%* %(", "Failed to", "Because " },
    executes = { "mix.exs" },
}
