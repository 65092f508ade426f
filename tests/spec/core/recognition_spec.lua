--- Which format a file is: what the content is sure of, what the name settles, and what is no lockfile at all.

local core = require "upnudge.core"

local function parse(name, text)
    return core.parse("/srv/" .. name, text)
end

local function expect(format, count, name, text)
    local lockfile, message = parse(name, text)
    assert.is_truthy(lockfile, message)
    assert.are.equal(format, lockfile:format(), name)
    assert.are.equal(count, #lockfile:packages(), name)
    return lockfile:packages()
end

local function refuse(words, name, text)
    local lockfile, message = parse(name, text)
    assert.is_nil(lockfile, name .. " was accepted: " .. text)
    assert.is_truthy(message:find(words, 1, true), message)
end

--- The usual name of every format.
local function usual_names()
    local names = {}
    for _, format in ipairs(core.formats()) do
        names[#names + 1] = format.filenames[1]
    end
    return names
end

describe("what parses as JSON", function()
    local NPM <const> = '{"lockfileVersion":3,"name":"x","packages":'
        .. '{"node_modules/a":{"version":"1.0.0","integrity":"sha512-AA=="}}}'

    it("is no format of lines, whatever the file is called", function()
        for _, name in ipairs(usual_names()) do
            assert.are.equal("1.0.0", expect("npm", 1, name, NPM)[1].version)
        end
        expect("npm", 1, "some.lock", "\n  " .. NPM)
        expect("flake", 1, "gradle.lockfile", '{"nodes":{"a":{"locked":{"narHash":"sha256-x=","rev":"abc",'
            .. '"type":"git","url":"https://example.org/a"}},"root":{"inputs":{"a":"a"}}},"root":"root","version":7}')
        expect("bun", 1, "gradle.lockfile", '{"lockfileVersion":1,"workspaces":{"":{"name":"x"}},"packages":'
            .. '{"a":["a@1.0.0","",{},"sha512-AA=="],},}')
    end)

    it("and is no lockfile is refused as such", function()
        for _, name in ipairs { "go.mod", "go.sum", "gradle.lockfile", "Gemfile.lock", "mix.lock", "Cargo.lock" } do
            refuse("valid JSON, but no lockfile", name, '{"error":"a:b:c=d","message":"not found"}')
        end
    end)
end)

describe("the name of a file", function()
    local TABLES <const> = '[[package]]\nname = "a"\nversion = "1.0"\n\n[[package]]\nname = "b"\nversion = "2.0"\n'

    it("decides whose the tables are where nothing else says it", function()
        expect("poetry", 2, "poetry.lock", TABLES)
        expect("pdm", 2, "pdm.lock", TABLES)
        expect("uv", 2, "uv.lock", "version = 1\n" .. TABLES)
        expect("cargo", 2, "Cargo.lock", TABLES)
        expect("cargo", 2, "Cargo.lock", "version = 3\n" .. TABLES)
        expect("cargo", 2, "some.lock", TABLES)
    end)

    it("does not decide against the content", function()
        local crate = TABLES .. 'source = "registry+https://github.com/rust-lang/crates.io-index"\n'
        for _, name in ipairs { "poetry.lock", "pdm.lock", "uv.lock", "Cargo.lock" } do
            expect("cargo", 2, name, crate)
            expect("cargo", 2, name, "version = 3\n" .. crate)
            expect("poetry", 2, name, TABLES .. 'python-versions = "*"\n[metadata]\ncontent-hash = "x"\n'
                .. 'lock-version = "2.0"\n')
            expect("pdm", 2, name, '[metadata]\nlock_version = "4.5.0"\ncontent_hash = "x"\n' .. TABLES)
        end
    end)
end)

describe("a reader of lines", function()
    it("knows every line of what it takes", function()
        refuse("/srv/go.mod:1:1: unknown directive 'could'", "go.mod", "could not reach the proxy\n")
        refuse(":3:1: unknown directive 'go:'", "go.mod", "module a\n\ngo: downloading b v1.0.0\n")
        refuse(":2:1: module: expected the path of the module", "go.mod",
            "go 1.22\nmodule lookup disabled by GOPROXY=off\n")
        refuse(":2:1: go: expected a version of Go", "go.mod", "module a\ngo away\n")
        refuse(":2:1: expected a module and its version", "go.mod", "module a\nrequire Internet connection\n")
        refuse("no line says which module", "go.mod", "// could not reach the proxy\n")
        refuse("expected: module version h1:hash", "go.sum", "could not reach the proxy\n")
        refuse("expected: module version h1:hash", "go.sum", "// could not reach the proxy\n")
        refuse("expected: module version h1:hash", "go.work.sum", "go: could not reach the proxy\n")
        refuse("expected: group:artifact:version", "gradle.lockfile", "could not reach the proxy\n")
        refuse("expected: group:artifact:version", "gradle.lockfile", "https://a.example.org:443/x=1\n")
        refuse("expected: group:artifact:version", "gradle.lockfile", "a:b:c:d=runtimeClasspath\n")
        refuse("expected: group:artifact:version", "gradle.lockfile", "a:b:1=failed because of it\n")
        refuse("nothing but comments", "gradle.lockfile", "# could not reach the proxy\n")
        refuse("expected a section", "Gemfile.lock", "Could not fetch specs from https://rubygems.org/\n")
        refuse("no section", "Gemfile.lock", "ERROR\n  anything\n")
        refuse("expected a section", "gems.locked", "Could not find gem 'a' in any of the sources\n")
        refuse("/srv/Gemfile.lock:4:1: expected a section", "Gemfile.lock",
            "GEM\n  specs:\n    a (1)\nBundler::HTTPError\n")
        refuse(":2:3: nothing that Bundler writes below DEPENDENCIES", "Gemfile.lock",
            "DEPENDENCIES\n  could not be found\n")
        refuse("expected a section, as NUGET", "paket.lock", "Paket failed with\n-> Could not find package\n")
        refuse(":1:1: expected a section, as NUGET", "paket.lock", "ERROR: could not reach the proxy\n")
        refuse(":2:1: expected a section, as NUGET", "paket.lock", "NUGET\nUNKNOWN: x\n")
        refuse(":2:3: expected `remote:`", "paket.lock", "NUGET\n  could not reach the proxy\n")
        refuse(":2:5: no remote has been named", "paket.lock", "NUGET\n    a (1)\n")
        refuse(":3:5: expected: name (version)", "paket.lock", "NUGET\n  remote: x\n    could not reach (it)\n")
        refuse(":4:7: nothing that Paket writes", "paket.lock",
            "NUGET\n  remote: x\n    a (1)\n      could not reach\n")
        refuse(":3:5: expected: file (commit)", "paket.lock", "GIT\n  remote: x\n    could not reach\n")
        local snapshot = "# carton snapshot format: version 1.0\n"
        refuse('expected "# carton snapshot format: version 1.0"', "cpanfile.snapshot", "could not reach the proxy\n")
        refuse(":2:1: expected DISTRIBUTIONS", "cpanfile.snapshot", snapshot .. "! Finding it on cpan failed.\n")
        refuse(":3:3: expected a distribution", "cpanfile.snapshot",
            snapshot .. "DISTRIBUTIONS\n  could not reach the proxy\n")
        refuse(":4:5: nothing that Carton writes", "cpanfile.snapshot",
            snapshot .. "DISTRIBUTIONS\n  A-1\n    could not reach\n")
        refuse(":6:7: nothing that Carton writes", "cpanfile.snapshot",
            snapshot .. "DISTRIBUTIONS\n  A-1\n    pathname: A-1.zip\n    provides:\n      could not reach\n")
        refuse(":4:3: expected `pathname:` of A-1", "cpanfile.snapshot", snapshot .. "DISTRIBUTIONS\n  A-1\n  B-1\n")
        refuse("expected '%{'", "mix.lock", "could not reach the proxy\n")
        refuse("expected '['", "rebar.lock", "could not reach the proxy\n")
        refuse("truncated: expected ','", "rebar.lock", '{"1.2.0"')
        refuse("valid JSON, but no lockfile", "rebar.lock", "[]\n")
        refuse("no lockfile", "yarn.lock", "could not reach the proxy\n")
        refuse(":2:1: expected \"name@range\"", "yarn.lock", "# yarn lockfile v1\nerror a@1, no such package:\n")
        refuse(":4:3: expected: key \"value\"", "yarn.lock", 'a@1:\n  version "1.0.0"\n\n  could not reach the proxy\n')
        refuse("expected: provider", ".terraform.lock.hcl", "could not reach the proxy\n")
        refuse(":3:3: expected: name = value", ".terraform.lock.hcl",
            'provider "a" {\n  version = "1"\n  could not reach\n}\n')
        refuse("nothing but comments", ".terraform.lock.hcl", "# could not reach the proxy\n")
        refuse("expected a field", "cabal.project.freeze", "cabal: Could not resolve dependencies:\n")
        refuse(":1:14: expected: name ==version", "cabal.project.freeze", "constraints: could not be solved\n")
        refuse("nothing but comments", "cabal.project.freeze", "-- could not reach the proxy\n")
        refuse(":1:1: expected a requirement", "requirements.txt", "could not reach the proxy\n")
        refuse("no requirement is pinned", "requirements.txt", "Killed\n")
        refuse(":2:1: expected a requirement", "requirements.txt", "a==1.0\nERROR: No matching distribution\n")
        refuse(":2:1: expected a requirement", "requirements.txt", "a==1.0\nb==2.0 ; could not reach the proxy\n")
        refuse(":2:1: expected a requirement", "requirements.txt", "a==1.0\nb== \n")
        refuse(":1:1: expected a requirement", "requirements.txt", "a==1.0 b==2.0\n")
        refuse(":1:1: pip knows no option '--no-such'", "requirements.txt", "--no-such\na==1.0\n")
        refuse(":1:1: pip knows no option 'not'", "requirements.txt", "-e could not reach\n")
        refuse("nothing but comments", "requirements.txt", "# could not reach the proxy\n")
        refuse(":1:1: expected a tool and its version", ".tool-versions", "could not reach the proxy\n")
        refuse(":2:1: expected a tool and its version", ".tool-versions", "nodejs 20.11.1\nPlugin ruby failed: code 1\n")
        refuse("expected a value", "package-lock.json", "HTTP 404\n")
        refuse("nothing but comments", ".tool-versions", "# could not reach the proxy\n")
        refuse(":1:7: expected ':' or '{'", "opam.locked", "could not reach the proxy\n")
        refuse(":1:1: no field opam-version", "opam.locked", "error: unreachable\n")
        refuse(":2:7: expected ':' or '{'", "opam.locked", 'opam-version: "2.0"\nerror fetching\n')
        refuse(":1:1: expected the name of a field", "opam.locked", "[ERROR] could not reach the proxy\n")
        refuse(":1:1: expected @EXPLICIT", "explicit.txt", "could not reach the proxy\n")
        refuse("no line @EXPLICIT", "explicit.txt", "# platform: linux-64\n")
        refuse(":2:1: expected the URL of a conda package", "explicit.txt", "@EXPLICIT\ncould not reach the proxy\n")
        refuse(":2:1: expected the URL of a conda package", "some.lock", "@EXPLICIT\nhttps://example.org/a-1.0.zip\n")
    end)

    it("takes what the tools write", function()
        expect("gomod", 1, "go.mod", "module a\ngo 1.25.0\ntoolchain default\ngodebug panicnil=1\ntool b/cmd/c\n"
            .. "ignore ./node_modules\nexclude b v1.0.0\nretract [v1.0.0, v1.0.1] // bad\nretract v0.1.0\n"
            .. "godebug (\n\tx=y\n)\nrequire ()\nrequire b v1.1.0\n")
        expect("gomod", 0, "go.mod", "module a\nrequire ( )\n")
        expect("gemfile", 1, "Gemfile.lock",
            "GEM\n  remote: https://rubygems.org/\n  specs:\n    a (1.0)\n      b (>= 1, < 3)\n      c!\n"
            .. "\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  a (~> 1.0)!\n  c\n\nNEW SECTION\n  what comes later\n\n"
            .. "RUBY VERSION\n   ruby 3.3.0p0\n\nBUNDLED WITH\n   2.5.0\n")
        expect("yarn", 1, "yarn.lock", '# yarn lockfile v1\n\n"a@>= 1 < 2", a@^1:\n  version "1.0.0"\n  resolved "x"\n'
            .. '  dependencies:\n    b "^1"\n    "@c/d" "*"\n')
        local git = "GIT\n  remote: https://example.org/a.git\n"
        for _, name in ipairs { "Gemfile.lock", "paket.lock", "some.lock" } do
            expect("gemfile", 1, name, git .. "  revision: 0123\n  specs:\n    a (1.0)\n")
            expect("paket", 1, name, git .. "     (0123)\n")
            expect("paket", 1, name, git .. "  specs:\n     (0123)\n")
        end
        expect("opam", 2, "app.opam.locked", 'opam-version:"2.0" available: !(os = "x") & a:b != "c" {d} '
            .. 'flags: [ x ] depends: "a" {= "1"} | ("b" {="2"}) x { y "z" {} k: 1 }')
        expect("tool-versions", 1, ".tool-versions", "my-own 1.2 # so far\nmore system\n")
        expect("pre-commit", 0, ".pre-commit-config.yaml", "repos:\n- repo: local\n  hooks: []\n")
        expect("requirements", 3, "requirements.txt", "a == 1.0\nb==2.0;python_version>'3'\nc[x]==3\\\n --hash=sha256:aa\nd\n")
        expect("requirements", 1, "requirements/prod.txt", "d>=1\n# x\na==1.0\n")
        expect("requirements", 1, "go.mod", "d\n\na @ https://example.org/a-1.0.zip\n")
        expect("pylock", 0, "requirements.txt", "# This file was autogenerated by uv via the following command:\n"
            .. 'lock-version = "1.0"\ncreated-by = "uv"\npackages = []\n')
        expect("terraform", 1, ".terraform.lock.hcl",
            'provider "a" {\n  version = "1"\n  hashes = [\n    "h1:a=",\n  ]\n}\n')
    end)
end)

describe("YAML that is written as JSON", function()
    it("is read as the format that the file is called after", function()
        for _, version in ipairs { '"6.0"', "5.4", '"9.0"' } do
            expect("pnpm", 1, "pnpm-lock.yaml", ('{"lockfileVersion":%s,"packages":{"%s":{"resolution":{}}}}'):format(version,
                version == "5.4" and "/a/1.0.0" or "a@1.0.0"))
        end
        expect("npm", 1, "pnpm-lock.yaml", '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}')
        expect("pubspec", 0, "pubspec.lock", '{"packages":{},"sdks":{"dart":">=3.0.0"}}')
        expect("pixi", 0, "pixi.lock", '{"version":6,"environments":{},"packages":[]}')
        expect("podfile", 1, "Podfile.lock", '{"PODS":["A (1.0)"],"COCOAPODS":"1.15.0"}')
        expect("yarn-berry", 1, "yarn.lock", '{"__metadata":{"version":8},"a@npm:^1":{"version":"1.0.0",\z
            "resolution":"a@npm:1.0.0"}}')
    end)
end)

describe("what is no text of a lockfile", function()
    local function refuse_everywhere(words, text)
        for _, name in ipairs(usual_names()) do
            local path = "/srv/" .. name
            local lockfile, message = core.parse(path, text)
            assert.is_nil(lockfile, name)
            assert.are.equal(path .. words, message)
        end
    end

    it("is told in one message under every name", function()
        for version = 0, 2 do
            refuse_everywhere(": Bun's binary lockfile; `bun install --save-text-lockfile` writes bun.lock, which can "
                .. "be read", "#!/usr/bin/env bun\nbun-lockfile-format-v" .. version .. "\n\0\0\1{[a")
        end
        refuse_everywhere(": compressed by gzip; unpack it first", "\x1F\x8B\8\0\0\0\0\0\0\3{}")
        refuse_everywhere(": compressed by zstd; unpack it first", "\x28\xB5\x2F\xFD\4")
        refuse_everywhere(": compressed by xz; unpack it first", "\xFD7zXZ\0")
        refuse_everywhere(": compressed by bzip2; unpack it first", "BZh91AY&SY")
        refuse_everywhere(": a ZIP archive; unpack it first", "PK\3\4\20")
        for _, text in ipairs { '{"lockfileVersion":3}', "# yarn lockfile v1\n", "module a\n", "version = 3\n" } do
            local little, big = text:gsub(".", "%0\0"), text:gsub(".", "\0%0")
            for _, wide in ipairs { "\xFF\xFE" .. little, "\xFE\xFF" .. big, little, big } do
                refuse_everywhere(": encoded in UTF-16; lockfiles are UTF-8", wide)
            end
        end
        refuse_everywhere(":2:3: a NUL byte, as in a binary file", "a\nbc\0\1\2")
    end)

    it("is a merge conflict, told at its first line", function()
        local told = ": a merge conflict; settle it and try again"
        local sides = "%s\n%s\n=======\n%s\n%s\n"
        for _, begin in ipairs { "<<<<<<< HEAD", "<<<<<<<", "<<<<<<< Updated upstream", "<<<<<<< HEAD:a/b",
            "<<<<<<< Conflict 1 of 1" } do
            for _, finish in ipairs { ">>>>>>> main", ">>>>>>> 1a2b3c4 (feat: more)", ">>>>>>>" } do
                local both = sides:format(begin, '"a": 1,', '"a": 2,', finish)
                refuse_everywhere(":1:1" .. told, both)
                refuse_everywhere(":2:1" .. told, "{\n" .. both .. '"b": 1}\n')
                refuse_everywhere(":2:1" .. told, "{\r\n" .. both:gsub("\n", "\r\n") .. '"b": 1}\r\n')
                refuse_everywhere(":3:1" .. told, "a: 1\nb:\n" .. both)
                refuse_everywhere(":3:1" .. told, "[a]\nb = 1\n" .. both)
                refuse_everywhere(":2:1" .. told, "# comment\n" .. sides:format(begin, "||||||| 1a2b3c4\na", "b", finish))
            end
        end
    end)

    it("is what is left of a merge conflict", function()
        local told = ": a merge conflict; settle it and try again"
        refuse(":3:1" .. told, "go.mod", "module a\nrequire b v1.0.0\n=======\nrequire b v1.1.0\n")
        refuse(":3:1" .. told, "go.mod", "module a\nrequire b v1.0.0\n>>>>>>> main\n")
        refuse(":3:1" .. told, "yarn.lock", '# yarn lockfile v1\n\n<<<<<<< main:\n  version "1.0.0"\n')
        refuse(":3:1" .. told, "package-lock.json", '{"lockfileVersion": 3,\n "packages": {\n=======\n}}\n')
        refuse(":2:1" .. told, "Cargo.lock", "version = 3\n=======\n[[package]]\n")
        refuse(":3:1" .. told, "pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n=======\n  a@1.0.0: {}\n")
    end)

    it("is no conflict where the same characters mean something else", function()
        expect("poetry", 1, "poetry.lock", '[[package]]\nname = "a"\nversion = "1.0"\ndescription = """\n<<<<<<< a\n'
            .. '=======\n"""\noptional = false\npython-versions = "*"\n\n[metadata]\nlock-version = "2.0"\n'
            .. 'content-hash = "x"\n')
        refuse(":3:1: unknown directive 'x'", "go.mod", "// Title\n// =======\nx\n")
        refuse(":3:1: unknown directive '========'", "go.mod", "module a\n\n========\n")
        refuse("unknown directive '<<<'", "go.mod", "module a\n<<< a\n")
    end)
end)

describe("a lockfile without packages", function()
    it("is one", function()
        expect("npm", 0, "package-lock.json", '{"lockfileVersion":3}')
        expect("npm", 0, "package-lock.json", '{"lockfileVersion":1,"dependencies":{}}')
        expect("bun", 0, "bun.lock", '{"lockfileVersion":1}')
        expect("deno", 0, "deno.lock", '{"version":"5"}')
        expect("pnpm", 0, "pnpm-lock.yaml", "lockfileVersion: '6.0'\ndependencies: {}\n")
        expect("pnpm", 0, "pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n")
        expect("yarn", 0, "yarn.lock", "# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n"
            .. "# yarn lockfile v1\n\n\n")
        expect("yarn-berry", 0, "yarn.lock", "__metadata:\n  version: 8\n  cacheKey: 10c0\n")
        expect("bazel", 0, "MODULE.bazel.lock", '{"lockFileVersion":3,"moduleDepGraph":{}}')
        expect("gomod", 0, "go.mod", "module a\n\nrequire ()\n")
        expect("gradle", 0, "gradle.lockfile", "empty=\n")
        expect("mix", 0, "mix.lock", "%{}\n")
        expect("lazy", 0, "lazy-lock.json", "{}\n")
        expect("gleam", 0, "manifest.toml", "packages = []\n")
        expect("helm", 0, "Chart.lock", "dependencies: null\ndigest: sha256:0a\ngenerated: \"2024-05-06T07:08:09Z\"\n")
        expect("shards", 0, "shard.lock", "version: 2.0\nshards:\n")
        expect("gradle-catalog", 0, "gradle/libs.versions.toml", "[versions]\nkotlin = '2.0.0'\n\n[libraries]\n")
        expect("gradle-catalog", 0, "libs.versions.toml", "[plugins]\n")
        expect("requirements", 0, "requirements.txt", "# This file is autogenerated by pip-compile with Python 3.11\n")
        expect("conda-explicit", 0, "explicit.txt", "@EXPLICIT\n")
        expect("conda-list", 0, "package-list.txt", "# This file may be used to create an environment using:\n"
            .. "# $ conda create --name <env> --file <this file>\n# platform: linux-64\n")
        expect("opam", 0, "opam.locked", 'opam-version: "2.0"\n')
        expect("conda-env", 0, "environment.yml", "dependencies: []\n")
        expect("requirements", 0, "requirements.txt", "-i https://pypi.example.org/simple\n-r more.txt\n-e .\n")
    end)

    it("is one where its header stands alone", function()
        for _, case in ipairs {
            { "cargo", "Cargo.lock", 'version = 4\n' },
            { "cargo", "Cargo.lock", '# This file is automatically @generated by Cargo.\n# It is not intended for manual editing\z
                .\nversion = 3\n' },
            { "cargo", "Cargo.lock", '# This file is automatically @generated by Cargo.\n# It is not intended for manual editing\z
                .\n' },
            { "cargo", "Cargo.lock", 'package = []\n' },
            { "cargo", "Cargo.lock", 'version = 3\npackage = []\n' },
            { "cargo", "Cargo.lock", '# This file is automatically @generated by Cargo.\n[metadata]\n' },
            { "poetry", "poetry.lock", 'package = []\n' },
            { "poetry", "poetry.lock", '# This file is automatically @generated by Poetry 1.8.2 and should not be changed by hand.\z
                \npackage = []\n\n[metadata]\nlock-version = "2.0"\npython-versions = "^3.12"\ncontent-has\z
                h = "aa"\n' },
            { "poetry", "poetry.lock", '[metadata]\nlock-version = "2.1"\npython-versions = ">=3.9"\ncontent-hash = "aa"\n' },
            { "poetry", "poetry.lock", 'package = []\n[extras]\n[metadata]\nlock-version = "1.1"\npython-versions = "*"\ncontent-h\z
                ash = "a"\n[metadata.files]\n' },
            { "poetry", "poetry.lock", '[metadata]\ncontent-hash = "a"\n' },
            { "poetry", "poetry.lock", '[metadata]\nlock-version = "2.0"\n' },
            { "poetry", "poetry.lock", '# This file is automatically @generated by Poetry 1.8.2 and should not be changed by hand.\z
                \n' },
            { "pdm", "pdm.lock", '[metadata]\ngroups = ["default"]\nlock_version = "4.5.0"\ncontent_hash = "sha256:a"\n' },
            { "pdm", "pdm.lock", '# This file is @generated by PDM.\n# It is not intended for manual editing.\n\n[metadata]\n\z
                lock_version = "4.4.1"\n' },
            { "pdm", "pdm.lock", 'package = []\n' },
            { "pdm", "pdm.lock", '# This file is @generated by PDM.\n# It is not intended for manual editing.\n' },
            { "pdm", "pdm.lock", '[metadata]\ncontent_hash = "sha256:a"\n' },
            { "uv", "uv.lock", 'version = 1\n' },
            { "uv", "uv.lock", 'version = 1\nrequires-python = ">=3.12"\n' },
            { "uv", "uv.lock", 'version = 1\nrevision = 3\nrequires-python = ">=3.12"\npackage = []\n' },
            { "uv", "uv.lock", 'version = 1\nrevision = 2\n' },
            { "uv", "uv.lock", 'version = 1\npackage = []\n' },
            { "mise", "mise.lock", '# @generated - this file is auto-generated by `mise lock` https://mise.jdx.dev/dev-tools/m\z
                ise-lock.html\n' },
            { "mise", "mise.lock", '[tools]\n' },
            { "mise", "mise.lock", 'lockfile_version = 1\n' },
            { "mise", "mise.lock", 'tools = {}\n' },
            { "conan", "conan.lock", '{"version":"0.5","requires":[],"build_requires":[],"python_requires":[]}' },
            { "conan", "conan.lock", '{"version":"0.5"}' },
            { "conan", "conan.lock", '{"version":"0.4","graph_lock":{"nodes":{},"revisions_enabled":false}}' },
            { "conan", "conan.lock", '{"version":"0.4","graph_lock":{"revisions_enabled":false}}' },
            { "conan", "conan.lock", '{"version":"0.5","requires":[]}' },
            { "conan", "conan.lock", '{"version":"0.5","python_requires":[]}' },
            { "conan", "conan.lock", '{"version":"0.5","config_requires":[]}' },
            { "devbox", "devbox.lock", '{"lockfile_version":"1","packages":{}}' },
            { "devbox", "devbox.lock", '{"lockfile_version":"1"}' },
            { "devbox", "devbox.lock", '{"lockfile_version":"1","packages":null}' },
            { "pipfile", "Pipfile.lock", '{"_meta":{"hash":{"sha256":"a"},"pipfile-spec":6,"requires":{},"sources":[]},"default":{},\z
                "develop":{}}' },
            { "pipfile", "Pipfile.lock", '{"_meta":{"hash":{"sha256":"a"}}}' },
            { "pipfile", "Pipfile.lock", '{"_meta":{},"default":{}}' },
            { "vcpkg", "vcpkg.json", '{"name":"x","version":"1.0.0"}' },
            { "vcpkg", "vcpkg.json", '{"dependencies":[]}' },
            { "vcpkg", "vcpkg.json", '{"name":"x","version-string":"1","dependencies":[]}' },
            { "vcpkg", "vcpkg.json", '{"name":"x","dependencies":[],"builtin-baseline":"3426db05b996481ca31e95fff3734cf23e0f51bc\z
                "}' },
            { "vcpkg", "vcpkg.json", '{"$schema":"https://raw.githubusercontent.com/microsoft/vcpkg-tool/main/docs/vcpkg.schema.\z
                json"}' },
            { "vcpkg", "vcpkg.json", '{"name":"x"}' },
            { "npins", "npins/sources.json", '{"pins":{},"version":5}' },
            { "npins", "npins/sources.json", '{"version":5}' },
            { "composer", "composer.lock", '{"packages":[]}' },
            { "composer", "composer.lock", '{"_readme":["This file locks"],"content-hash":"a","packages":[],"packages-dev":[],"aliases\z
                ":[],"minimum-stability":"stable","stability-flags":[],"prefer-stable":false,"platform":[]\z
                ,"platform-dev":[]}' },
            { "composer", "composer.lock", '{"_readme":["x"],"content-hash":"a"}' },
            { "composer", "composer.lock", '{"packages":[],"packages-dev":null,"hash":"a"}' },
            { "composer", "composer.lock", '{"content-hash":"a","packages":null}' },
            { "package-resolved", "Package.resolved", '{"pins":[],"version":2}' },
            { "package-resolved", "Package.resolved", '{"object":{"pins":[]},"version":1}' },
            { "package-resolved", "Package.resolved", '{"originHash":"a","pins":[],"version":3}' },
            { "package-resolved", "Package.resolved", '{"version":2}' },
            { "package-resolved", "Package.resolved", '{"originHash":"a","version":3}' },
            { "renv", "renv.lock", '{"R":{"Version":"4.3.1","Repositories":[]},"Packages":{}}' },
            { "renv", "renv.lock", '{"R":{"Version":"4.3.1"}}' },
            { "renv", "renv.lock", '{"R":{"Version":"4.3.1"},"Packages":[]}' },
            { "renv", "renv.lock", '{"R":{"Version":"4.3.1"},"Bioconductor":{"Version":"3.18"},"Packages":{}}' },
            { "nuget", "packages.lock.json", '{"version":1,"dependencies":{}}' },
            { "nuget", "packages.lock.json", '{"version":1,"dependencies":{"net8.0":{}}}' },
            { "nuget", "packages.lock.json", '{"version":1}' },
            { "nuget", "packages.lock.json", '{"version":2,"dependencies":{"net8.0":{},".NETStandard,Version=v2.0":{}}}' },
            { "terraform", ".terraform.lock.hcl", '# This file is maintained automatically by "terraform init".\n# Manual edits may be lost i\z
                n future updates.\n' },
            { "terraform", ".terraform.lock.hcl", '# This file is maintained automatically by "tofu init".\n# Manual edits may be lost in fut\z
                ure updates.\n' },
            { "gradle", "gradle.lockfile", '# This is a Gradle generated file for dependency locking.\n# Manual edits can break the bu\z
                ild and are not advised.\n# This file is expected to be part of source control.\nempty=cla\z
                sspath\n' },
            { "gradle", "gradle.lockfile", '# This is a Gradle generated file for dependency locking.\n# Manual edits can break the bu\z
                ild and are not advised.\n# This file is expected to be part of source control.\n' },
            { "gradle", "gradle.lockfile", 'empty=a,b\n' },
            { "pubspec", "pubspec.lock", '# Generated by pub\n# See https://dart.dev/tools/pub/glossary#lockfile\npackages: {}\nsdks\z
                :\n  dart: ">=3.0.0 <4.0.0"\n' },
            { "pubspec", "pubspec.lock", 'packages: {}\n' },
            { "pubspec", "pubspec.lock", "packages:\nsdks:\n  dart: '3'\n" },
            { "pubspec", "pubspec.lock", 'sdks:\n  dart: ">=3.0.0"\n' },
            { "podfile", "Podfile.lock", 'PODFILE CHECKSUM: aa\n\nCOCOAPODS: 1.12.0\n' },
            { "podfile", "Podfile.lock", 'PODS: []\n\nCOCOAPODS: 1.12.0\n' },
            { "podfile", "Podfile.lock", 'PODS:\n\nCOCOAPODS: 1.12.0\n' },
            { "podfile", "Podfile.lock", 'PODFILE CHECKSUM: aa\n' },
            { "podfile", "Podfile.lock", 'PODS: []\n' },
            { "pixi", "pixi.lock", 'version: 6\nenvironments:\n  default:\n    channels: []\n    packages: {}\npackages: []\n' },
            { "pixi", "pixi.lock", 'version: 6\nenvironments: {}\npackages: []\n' },
            { "pixi", "pixi.lock", 'version: 5\nenvironments: {}\npackages: []\n' },
            { "pixi", "pixi.lock", 'version: 6\n' },
            { "pixi", "pixi.lock", 'version: 7\nplatforms: []\nenvironments: {}\n' },
            { "pixi", "pixi.lock", 'version: 6\npackages: []\n' },
            { "conda-lock", "conda-lock.yml", 'version: 1\nmetadata:\n  platforms: []\npackage: []\n' },
            { "conda-lock", "conda-lock.yml", 'version: 1\nmetadata: {}\n' },
            { "conda-lock", "conda-lock.yml", 'version: 1\nmetadata: {}\npackage:\n' },
            { "pylock", "pylock.toml", 'lock-version = "1.0"\ncreated-by = "uv"\npackages = []\n' },
            { "pylock", "pylock.toml", 'lock-version = "1.0"\ncreated-by = "uv"\n' },
            { "pylock", "pylock.toml", 'lock-version = "1.0"\n' },
            { "julia", "Manifest.toml", '# This file is machine-generated - editing it directly is not advised\n\njulia_version = "\z
                1.10.0"\nmanifest_format = "2.0"\nproject_hash = "a"\n\n[deps]\n' },
            { "julia", "Manifest.toml", '# This file is machine-generated - editing it directly is not advised\n' },
            { "julia", "Manifest.toml", 'julia_version = "1.10.0"\nmanifest_format = "2.0"\n' },
            { "deno", "deno.lock", '{"version":"4"}' },
            { "deno", "deno.lock", '{"version":"5","specifiers":{}}' },
            { "deno", "deno.lock", '{"version":"3","remote":{}}' },
            { "deno", "deno.lock", '{"version":"4","workspace":{"dependencies":[]}}' },
            { "bun", "bun.lock", '{"lockfileVersion":1,"workspaces":{"":{"name":"x"}}}' },
            { "bun", "bun.lock", '{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": {\n      "name": "x",\n    },\n  },\z
                \n  "packages": {}\n}\n' },
            { "bun", "bun.lock", '{"lockfileVersion":1,"configVersion":1,"workspaces":{"":{}}}' },
            { "bun", "bun.lock", '{"lockfileVersion":1,"packages":{}}' },
            { "gemfile", "Gemfile.lock", 'GEM\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n\nBUNDLED WITH\n   2.4.10\n' },
            { "gemfile", "Gemfile.lock", 'GEM\n  remote: https://rubygems.org/\n  specs:\n' },
            { "gemfile", "Gemfile.lock", 'PLATFORMS\n  ruby\n' },
            { "flake", "flake.lock", '{"nodes":{"root":{}},"root":"root","version":7}' },
        } do
            expect(case[1], 0, case[2], case[3])
        end
    end)

    it("is not needed for Bun's packages to be told from npm's", function()
        expect("bun", 1, "bun.lock", '{"lockfileVersion":1,"packages":{"a":["a@1.0.0","",{},"sha512-AA=="]}}')
        expect("npm", 1, "bun.lock", '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}')
    end)

    it("is none under the name of another format, nor where it says something else", function()
        refuse("no lockfile", "Cargo.lock", "# This file is @generated by PDM.\n")
        refuse("no lockfile", "Cargo.lock", "version = 4\nerror = true\n")
        refuse("no lockfile", "devbox.lock", '{"version":"0.5"}')
        refuse("no lockfile", "devbox.lock", '{"lockfile_version":"1","error":"denied"}')
        refuse("no lockfile", "composer.lock", '{"packages":[],"message":"not found"}')
        refuse("no lockfile", "packages.lock.json", '{"version":1,"error":"a"}')
        refuse("no lockfile", "Package.resolved", '{"version":2,"pins":5}')
        refuse("no lockfile", "pixi.lock", "version: 6\nerror: denied\n")
        refuse("no lockfile", "mise.lock", "# could not reach the proxy\n")
        refuse("no lockfile", "renv.lock", "{}")
        refuse("is newer than this upnudge reads", "conan.lock", '{"version":"1.0"}')
        refuse("this upnudge reads npins", "npins/sources.json", '{"version":99}')
    end)

    it("needs the name of its format where it says no more than a version", function()
        refuse("no lockfile", "some.json", '{"lockfileVersion":3}')
        refuse("no lockfile", "some.json", '{"version":"5"}')
        refuse("no lockfile", "some.json", "{}")
        refuse("no lockfile", "some.json", '{"lockFileVersion":26}')
        refuse("no lockfile", "some.toml", "packages = []\n")
        refuse("neither `registryFileHashes` nor `moduleDepGraph`", "MODULE.bazel.lock", '{"lockFileVersion":26}')
        refuse("no lockfile", "MODULE.bazel.lock", '{"artifactId":"a","lockFileVersion":1,"dependencies":[]}')
        refuse("no lockfile", "some.toml", "[versions]\nkotlin = '2.0.0'\n")
        refuse("no lockfile", "libs.versions.toml", "[versions]\nkotlin = '2.0.0'\n[tools]\n")
        refuse("no lockfile", "libs.versions.toml", "metadata.format.version = '1.1'\n")
        refuse("no lockfile", "some.yml", "dependencies: []\n")
        refuse("no lockfile", "manifest.json", '{"name":"an extension","version":"1.0","manifest_version":3}')
        refuse("no lockfile", "manifest.json", '{"version":1,"elements":[],"page":2}')
        refuse("no lockfile", "environment.yml", "name: chart\ndependencies:\n- name: a\n  version: 1.0.0\n")
    end)
end)

describe("a key on one line", function()
    local PEERS <const> = ("(@scope/peer@10.0.0)"):rep(300)
    local ASKED <const> = ("a@npm:^1.0.0, "):rep(300) .. "a@npm:^2.0.0"
    local LONG <const> = ("long"):rep(1000)

    it("may be as long as it likes", function()
        local entry = '"%s":\n  version: 1.2.0\n  resolution: "a@npm:1.2.0"\n  linkType: hard\n'
        expect("yarn-berry", 1, "yarn.lock", "__metadata:\n  version: 8\n\n" .. entry:format(ASKED))
        expect("yarn-berry", 1, "yarn.lock", "__metadata:\r\n  version: 8\r\n\r\n"
            .. entry:format(ASKED):gsub("\n", "\r\n"))
        expect("yarn-berry", 1, "yarn.lock", ('{__metadata: {version: 8}, "%s": {version: 1.2.0, \z
            resolution: "a@npm:1.2.0"}}'):format(ASKED))
        for _, quoted in ipairs { "%s", "'%s'", '"%s"' } do
            local key = quoted:format("a@1.0.0" .. PEERS)
            expect("pnpm", 1, "pnpm-lock.yaml", "lockfileVersion: '6.0'\npackages:\n\n  "
                .. quoted:format("/@s/a@1.0.0" .. PEERS) .. ":\n    resolution: {integrity: sha512-aa}\n")
            expect("pnpm", 2, "pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n\n  a@1.0.0:\n    \z
                resolution: {integrity: sha512-aa}\n\n  b@1.0.0:\n    resolution: {integrity: sha512-aa}\n\z
                \nsnapshots:\n\n  " .. key .. ":\n    optional: true\n\n  b@1.0.0: {}\n")
            expect("pubspec", 1, "pubspec.lock", ("packages:\n  a:\n    dependency: transitive\n    \z
                description:\n      %s: b\n    source: hosted\n    version: '1.0.0'\nsdks:\n  dart: '>=3.0.0'\n")
                :format(quoted:format(LONG)))
            expect("podfile", 1, "Podfile.lock", ("PODS:\n  - a (1.0):\n    - b\n\nDEPENDENCIES:\n  - a\n\z
                \nSPEC CHECKSUMS:\n  %s: aa\n\nCOCOAPODS: 1.15.0\n"):format(quoted:format(LONG)))
            expect("pixi", 1, "pixi.lock", ("version: 6\nenvironments:\n  %s:\n    channels: []\npackages:\n- \z
                pypi: https://example.org/a-1.0-py3-none-any.whl\n  name: a\n  version: '1.0'\n")
                :format(quoted:format(LONG)))
            expect("conda-lock", 1, "conda-lock.yml", ("version: 1\nmetadata:\n  content_hash:\n    linux-64: x\n\z
                package:\n- name: a\n  version: '1'\n  manager: conda\n  platform: linux-64\n  dependencies:\n    \z
                %s: '>=1'\n  url: https://example.org/a\n"):format(quoted:format(LONG)))
        end
    end)

    it("that is broken is told at its place all the same", function()
        refuse("/srv/pnpm-lock.yaml:4:4: an anchor", "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\npackages:\n  '" .. LONG .. "@1.0.0': {}\na: &b 1\n")
    end)
end)
