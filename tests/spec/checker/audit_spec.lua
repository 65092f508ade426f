--- Scanners that no Debian has: each is a stand-in, a script that takes the words that its documentation has, looks at the
--- lockfile of its directory, and prints a report of tests/fixtures/advisories/. So are the tools of the dry upgrades.

local checking = require "checking"
local command = require "command"
local stage = require "stage"

local CARGO <const> = 'version = 3\n\n[[package]]\nname = "regex"\nversion = "1.5.1"\nsource = "registry+https://github.com/rust-lang/'
    .. 'crates.io-index"\n'

---@class Scanned
---@field [1] string the tool of the dry upgrade
---@field [2] string the lockfile
---@field [3] string what it says
---@field [4] string the other version that the upgrade has
---@field [5] string the scanner
---@field [6] string its words, as documented
---@field [7] string its report
---@field [8] table<string, string> manifests
---@field [9] string what comes of it
---@field [10]? string how the scanner finds that it scans what is installed, in place of the lockfile

---@type table<string, Scanned>
local TOOLS <const> = {
    ["cargo audit"] = { "cargo", "Cargo.lock", CARGO, "1.5.5", "cargo-audit", "audit --json --color never --file Cargo.lock",
        "cargo", { ["Cargo.toml"] = '[package]\nname = "a"\nversion = "1.0.0"\n' }, "1 version change; 1 security fix" },
    ["pip-audit"] = { "uv", "uv.lock", 'version = 1\n\n[[package]]\nname = "jinja2"\nversion = "3.1.2"\n'
        .. 'source = { registry = "https://pypi.org/simple" }\n\n[[package]]\nname = "ours"\nversion = "1.0"\nsource = { virtual = "." }\n',
        "3.1.3", "pip-audit", "--requirement upnudge-requirements.txt --no-deps --disable-pip --format json --progress-spinner off",
        "pip-audit", { ["pyproject.toml"] = "" }, "1 version change; 1 security fix; 1 vulnerable package without a fix yet",
        "grep -qx jinja2==3.1.2 upnudge-requirements.txt" },
    ["bundler-audit"] = { "bundle", "Gemfile.lock", "GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (2.0.8)\n\nPLATFORMS\n  ruby\n\n"
        .. "DEPENDENCIES\n  rack\n", "2.0.9.4", "bundle-audit", "check --update --quiet --format json", "bundler-audit",
        { Gemfile = "" }, "1 version change; 1 security fix" },
    ["composer audit"] = { "composer", "composer.lock", '{ "packages": [{ "name": "guzzlehttp/psr7", "version": "2.4.1" }], '
        .. '"packages-dev": [], "content-hash": "x" }', "2.4.5", "composer",
        "audit --locked --format=json --no-plugins --no-interaction --no-ansi", "composer", { ["composer.json"] = "{}" },
        "1 version change; 1 security fix" },
    ["osv-scanner, where the tool has none"] = { "yarn", "yarn.lock", '# yarn lockfile v1\n\n\nlodash@^4.17.20:\n  version "4.17.20"\n'
        .. '  resolved "https://registry.yarnpkg.com/lodash/-/lodash-4.17.20.tgz#0"\n', "4.17.21", "osv-scanner",
        "--format json --lockfile yarn.lock", "osv", { ["package.json"] = "{}" }, "1 version change; 1 security fix" },
}

local function script(name, text)
    command.write(command.variables.work .. "/bin/" .. name, "#!/bin/sh\n" .. text)
    command.must('chmod +x "$work/bin/"%s', name)
end

local function check(...)
    return checking.check('PATH="$work/bin:/usr/bin:/bin"', ...)
end

--- What a scanner does: of other words it knows nothing, and of what is not installed it has nothing to say.
local function scanner_of(tool)
    return ([[[ "$*" = '%s' ] || { echo "unknown words: $*" >&2; exit 4; }
        if %s; then cat '%s/tests/fixtures/advisories/%s.json'; exit 1; fi
        cat "$work/nothing.json"]]):format(tool[6], tool[10] or ("cmp -s %s \"$work/old\""):format(tool[2]), command.root, tool[7])
end

local EMPTY <const> = { cargo = '{"vulnerabilities":{"list":[]}}', ["bundler-audit"] = '{"created_at":"x","results":[]}',
    composer = '{"advisories":[]}', osv = '{"results":[]}',
    -- What version 3.1.3 has still.
    ["pip-audit"] = '{"dependencies":[{"name":"jinja2","version":"3.1.3","vulns":[{"id":"GHSA-cpwx-vrp4-4pq7",'
        .. '"fix_versions":["3.1.6"]}]}]}' }

local function set(tool)
    checking.set { old = tool[3], ["nothing.json"] = EMPTY[tool[7]], ["project/" .. tool[2]] = tool[3] }
    for name, text in pairs(tool[8]) do
        command.write(command.variables.project .. "/" .. name, text)
    end
    local version = tool[3]:match "%d+%.%d+%.%d+" -- of the first package
    if tool[7] == "composer" then
        version = "2.4.1"
    end
    command.must 'mkdir "$work/bin"'
    local upgrade = ("sed -i 's/%s/%s/' %s"):format(version:gsub("%.", "\\."), tool[4], tool[2])
    if tool[1] == tool[5] then
        script(tool[1], ('if [ "$1" != audit ]; then %s; exit; fi\n%s'):format(upgrade, scanner_of(tool)))
    else
        script(tool[1], upgrade .. "\n")
        script(tool[5], scanner_of(tool))
    end
end

after_each(stage.strike)

describe("a lockfile is scanned by", function()
    for name, tool in pairs(TOOLS) do
        it(name, function()
            set(tool)
            local answer = check()
            assert.same({ "checked", tool[9] }, { answer.outcome, answer.reason }, answer.unscanned)
            assert.is_nil(answer.unscanned)
        end)
    end
end)

describe("a scanner", function()
    local tool <const> = TOOLS["cargo audit"]

    it("that is not there is no news", function()
        set(tool)
        command.must 'rm "$work/bin/cargo-audit"'
        local answer = check()
        assert.same({ "checked", "1 version change", nil }, { answer.outcome, answer.reason, answer.unscanned })
    end)

    it("gives way to another one that is there", function()
        set(tool)
        command.must 'rm "$work/bin/cargo-audit"'
        script("osv-scanner", ([[[ "$*" = "--format json --lockfile Cargo.lock" ] || exit 4
            printf '{"results":[{"packages":[{"package":{"name":"regex","version":"1.5.1","ecosystem":"crates.io"},
            "vulnerabilities":[{"id":"RUSTSEC-1"}]}]}]}']]))
        assert.equal("1 version change; 1 security fix", check().reason:gsub("; 1 vulnerable.*", ""), check().reason)
    end)

    it("that fails, prints nonsense or nothing, is told of in a line, and the check goes on", function()
        for body, words in pairs { ["exit 2"] = "^cargo audit: it printed nothing, and exited with 2$",
            ["kill -9 $$"] = "^cargo audit: it printed nothing, and was ended by signal 9$",
            ["echo error: no network"] = "^cargo audit: its report: 'error: no network' is no name of a package",
            ["echo '{\"a\":1}'"] = "^cargo audit: its report: no report of a scanner" } do
            set(tool)
            script("cargo-audit", body)
            local answer = check()
            assert.same({ "checked", "1 version change" }, { answer.outcome, answer.reason })
            assert.is_truthy(answer.unscanned:find(words), answer.unscanned)
            stage.strike()
        end
    end)

    it("that fails at the second lockfile is believed of neither", function()
        set(tool)
        script("cargo-audit", 'cmp -s Cargo.lock "$work/old" || exit 2\n' .. scanner_of(tool))
        local answer = check()
        assert.same({ "1 version change", "cargo audit: it printed nothing, and exited with 2" }, { answer.reason, answer.unscanned })
    end)

    it("has what is left of the check's time", function()
        set(tool)
        script("cargo-audit", "exec sleep 60")
        local answer = check("--timeout", "4s")
        assert.same({ "checked", "1 version change" }, { answer.outcome, answer.reason })
        assert.is_truthy(answer.unscanned:find "^cargo audit: ", answer.unscanned)
    end)
end)

describe("the names that pip-audit is given", function()
    it("are names of PyPI, and nothing that it would obey", function()
        local _, text = require "upnudge.checker.pip".audit.writes { { name = "a", version = "1.0" }, { name = "a", version = "1.0" },
            { name = "-r", version = "1" }, { name = "b", version = "" }, { name = "c\n--index-url=http://x", version = "1" },
            { name = "d", version = "1 --hash" }, { name = "E_f.g", version = "1.0rc1+local" } }
        assert.equal("a==1.0\nE_f.g==1.0rc1+local\n", text)
    end)
end)

