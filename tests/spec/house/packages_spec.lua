--- The packages of `make deb`: what each has, what it needs, and that nothing is wrong with them. That they are enough on
--- a system which has nothing else is tried by tests/installed.sh, in a system of its own.

local command = require "command"
local stage = require "stage"

local DIRECTORY <const> = command.build .. "/deb"

local function has(program)
    return command.shell("command -v %s", program).code == 0
end

if command.sanitised or not has "dpkg-shlibdeps" then
    it("are packages of Debian, of a build that is not sanitised", function()
        pending "no dpkg-dev here, or a sanitised build"
    end)
    return
end

local packages

--- What is in them is of interest, not how small they are.
local function make_packages()
    command.must("env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make --no-print-directory deb DEPS=no DEB_LEVEL=0 BUILD=%s",
        command.build)
end

--- What a field of a package's control file says.
local function field(name, key)
    return command.must("dpkg-deb -f %s %s", packages[name], key):gsub("\n$", "")
end

setup(function()
    command.must(("rm -f %s/*.deb"):format(command.quote(DIRECTORY)))
    -- It is no longer the library that this build's tests were linked for, but for where it looks for its JSON reader.
    make_packages()
    packages = {}
    for path in command.must("ls %s/*.deb", DIRECTORY):gmatch "[^\n]+" do
        packages[path:match "([^/_]+)_[^/]*$"] = path
    end
end)

before_each(function()
    stage.bare()
end)

after_each(stage.strike)

describe("the packages", function()
    it("are four, of the version that is in the header", function()
        local version = command.must '"$upnudge" --version':match "%S+\n$":gsub("\n", "")
        for _, name in ipairs { "upnudge", "libupnudge0", "libupnudge-dev", "lua-upnudge" } do
            assert.equal(version .. "-1", field(name, "Version"))
            assert.is_truthy(command.must("dpkg-deb -I %s", packages[name]):find "Maintainer: .+ <.+@.+>")
        end
    end)

    it("need what they run on, and each other in the same version", function()
        assert.is_truthy(field("libupnudge0", "Depends"):find "libc6 .*libsimdjson")
        for name, needed in pairs { upnudge = "libupnudge0 (= , lua-argparse, libc6 (", ["libupnudge-dev"] = "libupnudge0 (= ",
            ["lua-upnudge"] = "libupnudge0 (= , lua-cjson, lua-filesystem, libc6 (" } do
            local depends = field(name, "Depends")
            for word in (needed .. ", "):gmatch "(.-), " do
                assert.is_truthy(depends:find(word, 1, true), name .. " needs no " .. word .. ": " .. depends)
            end
        end
        -- A library does without the command, unless it is to ask a database.
        for _, name in ipairs { "libupnudge0", "lua-upnudge" } do
            assert.equal("upnudge", field(name, "Recommends"))
        end
    end)

    it("have no file in common, and together what is installed", function()
        local owner = {}
        for name, path in pairs(packages) do
            for file in command.must("dpkg-deb -c %s", path):gmatch "%./([^\n]-[^/\n])%f[\n ]" do
                assert.is_nil(owner[file], file)
                owner[file] = name
            end
        end
        local lib = "usr/lib/" .. command.must "gcc -print-multiarch":match "%S+"
        for file, name in pairs { ["usr/bin/upnudge"] = "upnudge", ["usr/share/man/man5/upnudge-policy.5.gz"] = "upnudge",
            ["usr/share/doc/upnudge/policies/weekly.lua"] = "upnudge", [lib .. "/libupnudge.so.0"] = "libupnudge0",
            [lib .. "/libupnudge.a"] = "libupnudge-dev", [lib .. "/pkgconfig/upnudge.pc"] = "libupnudge-dev",
            ["usr/include/upnudge.h"] = "libupnudge-dev", [lib .. "/upnudge/upnudge-cli"] = "upnudge",
            [lib .. "/lua/5.4/upnudge/upnudge-cli"] = "upnudge", [lib .. "/lua/5.4/upnudge/core.so"] = "lua-upnudge",
            ["usr/share/lua/5.4/upnudge/init.lua"] = "lua-upnudge" } do
            assert.equal(name, owner[file], file)
        end
    end)

    it("work where they are unpacked", function()
        for _, path in pairs(packages) do
            command.must('dpkg-deb -x %s "$work/root"', path)
        end
        local said = command.must([["$work/root/usr/bin/upnudge" parse tests/fixtures/webshop/package-lock.json]])
        assert.is_truthy(said:find "express  4.18.2")
    end)

    it("are the same, byte by byte, when they are made again", function()
        local before = command.must("cd %s && sha256sum *.deb", DIRECTORY)
        make_packages()
        assert.equal(before, command.must("cd %s && sha256sum *.deb", DIRECTORY))
    end)

    it("have no fault that lintian knows", function()
        if not has "lintian" then
            pending "no lintian here"
        end
        local said = command.shell("lintian --allow-root --fail-on error %s/*.deb", DIRECTORY)
        assert.equal(0, said.code, said.out .. said.err)
        assert.is_nil(said.out:find "E: ", said.out)
    end)
end)
