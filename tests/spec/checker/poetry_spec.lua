--- Poetry itself, with an index that is served by the test.

local checking = require "checking"
local command = require "command"
local stage = require "stage"

local missing = checking.lacks("poetry", "python3")

local function publish(version)
    command.must([[mkdir -p "$registry/simple/left" && python3 -c 'import sys, zipfile
version = sys.argv[1]
with zipfile.ZipFile(sys.argv[2] + "/simple/left/left-%%s-py3-none-any.whl" %% version, "w") as z:
    info = "left-%%s.dist-info/" %% version
    z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: left\nVersion: %%s\n" %% version)
    z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    z.writestr(info + "RECORD", "")' %s "$registry"]], version)
end

after_each(stage.strike)

describe("poetry", function()
    it("updates the lockfile, and makes no environment", function()
        if missing then
            return pending(missing)
        end
        checking.set {}
        local address = checking.serve()
        command.write(command.variables.project .. "/pyproject.toml", ([==[
[tool.poetry]
name = "p"
version = "0.1.0"
description = ""
authors = []
readme = "README.md"
[tool.poetry.dependencies]
python = ">=3.8"
left = "^1.0"
[[tool.poetry.source]]
name = "ours"
url = "%s/simple/"
default = true
]==]):format(address))
        publish "1.0.0"
        local alone = 'export POETRY_CACHE_DIR="$work/cache" POETRY_CONFIG_DIR="$work/config";'
        command.must(alone .. ' cd "$project" && POETRY_VIRTUALENVS_CREATE=false poetry lock')
        publish "1.5.0"
        local answer = checking.check(alone)
        assert.equal("checked", answer.outcome, answer.reason)
        assert.equal("left 1.0.0 -> 1.5.0", checking.changes())
        assert.equal("", command.must 'find "$work" -name activate')
        command.must 'rm -r "$registry/simple"'
        assert.is_truthy(checking.check(alone, "--max-age", "0").reason:find "^poetry exited with 1: %S")
    end)
end)
