--- cargo itself, with a registry that is a directory.

local checking = require "checking"
local command = require "command"
local stage = require "stage"

-- A cargo that is rustup's finds its toolchains in the home of whoever runs this.
command.variables.RUSTUP_HOME = os.getenv "RUSTUP_HOME" or os.getenv "HOME" .. "/.rustup"
local missing = checking.lacks "cargo"

local function publish(name, ...)
    local lines = {}
    for i, version in ipairs { ... } do
        lines[i] = ('{"name":"%s","vers":"%s","deps":[],"cksum":"%s","features":{},"yanked":false}'):format(name,
            version, ("0a"):rep(32))
    end
    local directory = ("%s/index/%s/%s"):format(command.variables.registry, name:sub(1, 2), name:sub(3, 4))
    command.must("mkdir -p %s", directory)
    command.write(directory .. "/" .. name, table.concat(lines, "\n") .. "\n")
end

after_each(stage.strike)

describe("cargo", function()
    it("updates the lockfile of a workspace, with what lies beside it", function()
        if missing then
            return pending(missing)
        end
        local package = '[package]\nname = "%s"\nversion = "0.1.0"\nedition = "2018"\n[dependencies]\n%s\n'
        checking.set {
            ["project/Cargo.toml"] = '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
            ["project/crates/a/Cargo.toml"] = package:format("a", 'left = "1"\nbeside = { path = "../../../beside" }')
                .. '[[bin]]\nname = "tool"\n',
            ["project/crates/a/src/lib.rs"] = "this is no Rust",
            ["project/crates/a/src/bin/tool.rs"] = "nor this",
            ["project/crates/b/Cargo.toml"] = package:format("b", 'a = { path = "../a" }'),
            ["project/crates/b/src/main.rs"] = "fn main() {}",
            ["beside/Cargo.toml"] = package:format("beside", 'right = "2"'),
            ["beside/src/lib.rs"] = "",
        }
        local config = '[source.crates-io]\nreplace-with = "ours"\n[source.ours]\nlocal-registry = "%s"\n'
        command.must 'mkdir "$project/.cargo"'
        command.write(command.variables.project .. "/.cargo/config.toml", config:format(command.variables.registry))
        publish("left", "1.0.0")
        publish("right", "2.0.0")
        command.must 'cd "$project" && cargo generate-lockfile'
        publish("left", "1.0.0", "1.2.0", "2.0.0")
        publish("right", "2.0.0", "2.0.1")
        local answer = checking.check()
        assert.equal("checked", answer.outcome, answer.reason)
        assert.equal("left 1.0.0 -> 1.2.0\nright 2.0.0 -> 2.0.1", checking.changes())
        assert.is_truthy(checking.notice("--now", "2030-01-07T09:00:00Z"):find("Use 'cargo update' there", 1, true))
        command.must [[rm -r "$registry"/index/le]]
        local failed = checking.check(nil, "--max-age", "0")
        assert.equal("failed", failed.outcome)
        assert.is_truthy(failed.reason:find("cargo exited with 101: error: ", 1, true), failed.reason)
    end)
end)
