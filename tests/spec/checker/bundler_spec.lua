--- Bundler itself, with a source that is served by the test.

local checking = require "checking"
local command = require "command"
local stage = require "stage"

local missing = checking.lacks("bundle", "gem", "python3")

local function publish(version)
    command.write(command.variables.work .. "/left.gemspec", ("Gem::Specification.new { |s| s.name = 'left'; "
        .. "s.version = '%s'; s.summary = 'it'; s.authors = ['us'] }"):format(version))
    command.must([[mkdir -p "$registry/gems" && cd "$work" && gem build left.gemspec -o "$registry/gems/left-"%s.gem &&
        gem generate_index --directory "$registry"]], version)
end

after_each(stage.strike)

describe("bundler", function()
    it("locks what is newer, with the version of a gemspec that asks its sources", function()
        if missing then
            return pending(missing)
        end
        checking.set { ["project/p.gemspec"] = [[require_relative "lib/p/version"
            Gem::Specification.new { |s| s.name = "p"; s.version = P::VERSION; s.summary = "it"; s.authors = ["us"]
            s.add_dependency "left", "~> 1.0" }]],
            ["project/lib/p/version.rb"] = 'module P; VERSION = "0.1.0"; end' }
        local address = checking.serve()
        command.write(command.variables.project .. "/Gemfile", ('source "%s"\ngemspec\n'):format(address))
        publish "1.0.0"
        command.must 'cd "$project" && bundle lock'
        publish "1.4.0"
        local answer = checking.check()
        assert.equal("checked", answer.outcome, answer.reason)
        assert.equal("left 1.0.0 -> 1.4.0", checking.changes())
        command.must 'rm -r "$registry"/*specs* "$registry"/quick "$registry"/gems'
        local failed = checking.check(nil, "--max-age", "0")
        assert.is_truthy(failed.reason:find "^bundle exited with %d+: %S", failed.reason)
    end)
end)
