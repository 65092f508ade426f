--- Nix itself, with a store of the test's own and an input that is a directory.

local checking = require "checking"
local command = require "command"
local stage = require "stage"

local missing = checking.lacks "nix"

after_each(function()
    command.variables.NIX_REMOTE = nil
    stage.strike()
end)

describe("nix", function()
    it("updates the inputs of a flake", function()
        if missing then
            return pending(missing)
        end
        checking.set {}
        -- This Nix takes no space in the URL of an input.
        local place = command.must "mktemp -d":match "%S+"
        stage.finally(function() command.must("chmod -R u+w %s && rm -r %s", place, place) end)
        command.must("mkdir %s/input", place)
        local function write(outputs)
            command.write(place .. "/input/flake.nix", ("{ outputs = { self }: { %s }; }"):format(outputs))
        end
        write ""
        command.variables.NIX_REMOTE = "local?root=" .. place .. "/store"
        command.write(command.variables.project .. "/flake.nix",
            ('{ inputs.left.url = "path:%s/input"; outputs = { self, left }: { }; }'):format(place))
        command.must 'cd "$project" && nix flake lock --extra-experimental-features "nix-command flakes"'
        assert.equal("nothing newer", checking.check().reason)
        write "it = 1;"
        local answer = checking.check(nil, "--max-age", "0")
        assert.equal("checked", answer.outcome, answer.reason)
        assert.equal(1, answer.changes)
        assert.is_truthy(checking.changes():find "^left")
        command.must("rm -r %s/input", place)
        assert.is_truthy(checking.check(nil, "--max-age", "0").reason:find "^nix exited with 1: error: ")
    end)
end)
