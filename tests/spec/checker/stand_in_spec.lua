--- Checkers whose tools no Debian has: each is tested against a stand-in, a script that does what the documentation of
--- the tool says, and refuses other words than those.

local checking = require "checking"
local command = require "command"
local stage = require "stage"

---@class StandIn
---@field [1] string the program
---@field [2] string its words, as documented
---@field [3] string the lockfile's name
---@field [4] string the fixture that stands for it
---@field [5] string what makes the upgraded lockfile of it, for sed
---@field [6] table<string, string> further files of the project; the stand-in refuses to work without them
---@field fresh? boolean whether the tool upgrades only where there is no lockfile

---@type table<string, StandIn>
local TOOLS <const> = {
    pnpm = { "pnpm", "update --recursive --lockfile-only --no-save --ignore-scripts --ignore-pnpmfile "
        .. "--reporter=append-only", "pnpm-lock.yaml", "pnpm/v9.yaml", "s/1\\.0\\.0/1.0.9/g",
        { ["package.json"] = "{}", ["pnpm-workspace.yaml"] = "packages: [apps/*]\n", ["apps/a/package.json"] = "{}" } },
    ["yarn 1"] = { "yarn", "upgrade --ignore-scripts --non-interactive --no-progress --ignore-engines", "yarn.lock",
        "yarn/v1.lock", 's/version "1/version "7/', { ["package.json"] = '{ "workspaces": { "packages": ["apps/*"] } }',
            ["apps/a/package.json"] = "{}" } },
    ["yarn 2 and later"] = { "yarn", "up --recursive * --mode=update-lockfile", "yarn.lock", "yarn-berry/yarn.lock",
        "s/version: 1/version: 7/", { ["package.json"] = "{}", [".yarnrc.yml"] = "nodeLinker: node-modules\n" } },
    bun = { "bun", "update --lockfile-only --ignore-scripts --no-progress", "bun.lock", "bun/v1.lock",
        "s/left@1\\.0\\.0/left@1.0.9/", { ["package.json"] = "{}" } },
    uv = { "uv", "lock --upgrade --no-progress --color never", "uv.lock", "uv/workspace.lock",
        's/^version = "\\([0-9]\\)\\./version = "9\\1./', { ["pyproject.toml"] = "", ["packages/a/pyproject.toml"] = "" } },
    pdm = { "pdm", "lock --no-isolation", "pdm.lock", "pdm/v4.lock", 's/^version = "\\([0-9]\\)/version = "9\\1/',
        { ["pyproject.toml"] = "" } },
    pipenv = { "pipenv", "lock", "Pipfile.lock", "pipfile/Pipfile.lock", 's/"==\\([0-9]\\)/"==9\\1/', { Pipfile = "" } },
    mix = { "mix", "deps.update --all", "mix.lock", "mix/mix.lock", 's/"1\\.2\\.3"/"1.2.9"/',
        { ["mix.exs"] = "", ["apps/a/mix.exs"] = "" } },
    ["nix flake"] = { "nix", "flake update --extra-experimental-features nix-command flakes", "flake.lock",
        "flake/v7.lock", 's/"rev": "./"rev": "f/', { ["flake.nix"] = "{}" } },
    devbox = { "devbox", "update --no-install", "devbox.lock", "devbox/devbox.lock", "s/8\\.17\\.0/8.18.0/",
        { ["devbox.json"] = "{}" } },
    mise = { "mise", "lock --yes", "mise.lock", "mise/v3.lock", 's/"22\\.4\\.1"/"22.5.0"/', { ["mise.toml"] = "" },
        fresh = true },
    pixi = { "pixi", "update --no-install --no-progress --color never", "pixi.lock", "pixi/v6.lock",
        "s/1\\.26\\.0/1.26.4/g", { ["pixi.toml"] = "" } },
    terraform = { "terraform", "init -upgrade -backend=false -input=false -no-color", ".terraform.lock.hcl",
        "terraform/terraform.lock.hcl", "s/5\\.72\\.1/5.73.0/", { ["main.tf"] = "", ["modules/a/main.tf"] = "" } },
    opentofu = { "tofu", "init -upgrade -backend=false -input=false -no-color", ".terraform.lock.hcl",
        "terraform/terraform.lock.hcl", "s/5\\.72\\.1/5.73.0/", { ["main.tf"] = "" } },
}

--- Makes the project, and the program in a directory of its own.
local function set(tool)
    local program, words, lockfile, fixture, upgrade, files = table.unpack(tool, 1, 6)
    checking.set { ["fixture"] = command.read(("%s/tests/fixtures/%s"):format(command.root, fixture)) }
    local needed = {}
    for name, text in pairs(files) do
        local path = command.variables.project .. "/" .. name
        command.must("mkdir -p %s", path:match "^(.*)/")
        command.write(path, text)
        needed[#needed + 1] = ("[ -e %s ] || { echo 'Error: no %s' >&2; exit 5; }"):format(command.quote(name), name)
    end
    command.must('mkdir "$work/bin" && cp "$work/fixture" "$project/"%s', lockfile)
    command.write(command.variables.work .. "/bin/" .. program, ([[#!/bin/sh
        [ "$*" = '%s' ] || { echo "Error: unknown words: $*" >&2; exit 4; }
        %s
        %s [ -e '%s' ] || { echo 'Error: the lockfile is wrong' >&2; exit 6; }
        echo 'Resolving …'; echo 'a warning' >&2
        sed -e '%s' "$work/fixture" >'%s']]):format(words, table.concat(needed, "\n"), tool.fresh and "!" or "", lockfile,
        upgrade:gsub("'", "'\\''"), lockfile))
    command.must('chmod +x "$work/bin/"%s', program)
end

after_each(stage.strike)

describe("a stand-in", function()
    for name, tool in pairs(TOOLS) do
        it(("for %s has what it needs, and what it locks is found"):format(name), function()
            set(tool)
            local answer = checking.check 'PATH="$work/bin:/usr/bin:/bin"'
            assert.equal("checked", answer.outcome, answer.reason)
            assert.is_true(answer.changes > 0)
            assert.is_truthy(checking.notice("--now", "2030-01-07T09:00:00Z"):find("there to upgrade", 1, true))
        end)
    end
end)

describe("the result that Flox keeps", function()
    local function read(name)
        return command.read(("%s/tests/fixtures/flox/%s"):format(command.root, name))
    end

    local function set_flox(old, new)
        checking.set { ["project/.flox/env/manifest.lock"] = read "v1-old.lock",
            ["project/.flox/cache/upgrade-checks.json"] = ('{ "last_checked": "2026-01-01T00:00:00Z", "upgrade_result": '
                .. '{ "old_lockfile": %s, "new_lockfile": %s, "store_path": null } }'):format(old, new) }
    end

    it("is taken where it is of this lockfile", function()
        set_flox(read "v1-old.lock", read "v1-new.lock")
        local answer = checking.check()
        assert.equal("checked", answer.outcome, answer.reason)
        command.must('"$upnudge" check "$project" --state-dir "$work/other" --new %s',
            command.root .. "/tests/fixtures/flox/v1-new.lock")
        local other = command.must '"$upnudge" show "$project" --state-dir "$work/other" --changes --json'
        assert.equal(require "cjson".decode(other).changes[1].name, checking.changes():match "^%S+")
        assert.is_truthy(checking.notice("--now", "2030-01-07T09:00:00Z"):find("Use 'flox upgrade' there", 1, true))
    end)

    it("is none where it is of another one, or not there", function()
        set_flox(read "v1-new.lock", read "v1-new.lock")
        assert.is_truthy(checking.check().reason:find("of another lockfile", 1, true))
        stage.strike()
        set_flox("null", "null")
        assert.is_truthy(checking.check().reason:find("has not looked for upgrades yet", 1, true))
        command.must 'rm -r "$project/.flox/cache"'
        assert.is_truthy(checking.check().reason:find("has not looked for upgrades yet", 1, true))
    end)
end)
