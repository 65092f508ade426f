--- What lockfiles are called, for who has no formats.

local command = require "command"
local names = require "upnudge.lockfile.names"

describe("the names of lockfiles", function()
    it("are those of the formats, as 'make generated' writes them", function()
        assert.equal(command.read(command.root .. "/lua/upnudge/lockfile/names.lua"),
            command.must('cd "$root" && ' .. command.lua .. " tests/names.lua"))
    end)

    it("are found in the directory, or below it", function()
        assert.same({ "sure", "sure", "/env/manifest.lock", "/libs.versions.toml /verification-metadata.xml", "doubtful" },
            { names["Cargo.lock"], names["bun.lockb"], names[".flox"], names.gradle, names[".tool-versions"] })
    end)
end)
