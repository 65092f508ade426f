--- A package's own binaries, of which each system installs one: what each format of npm's world says of them, and
--- that they count as one with the package.

local core = require "upnudge.core"

-- {V} is the version. "seen" is for one system, too, but nobody's own.
local LOCKFILES <const> = {
    ["package-lock.json"] = [[{"lockfileVersion": 3, "packages": {
        "": {"optionalDependencies": {"seen": "{V}"}},
        "node_modules/tool": {"version": "{V}", "optionalDependencies":
            {"@t/lib-linux-x64": "9{V}", "@t/linux-x64": "{V}", "@t/none": "{V}", "seen": "^{V}", "@u/a": "9{V}"}},
        "node_modules/@t/linux-x64": {"version": "{V}", "os": ["linux"], "cpu": ["x64"], "libc": ["musl"]},
        "node_modules/tool/node_modules/@t/linux-x64": {"version": "{V}", "os": ["linux"], "cpu": ["x64"], "libc": ["musl"]},
        "node_modules/@t/lib-linux-x64": {"version": "9{V}", "os": ["linux"], "cpu": ["x64"], "libc": ["musl"]},
        "node_modules/@u/a": {"version": "9{V}", "os": ["linux"], "cpu": ["x64"], "libc": ["musl"]},
        "node_modules/seen": {"version": "9{V}", "os": ["linux"], "cpu": ["x64"], "libc": ["musl"]}}}]],
    ["bun.lock"] = [[{"lockfileVersion": 1, "workspaces": {}, "packages": {
        "@t/lib-linux-x64": ["@t/lib-linux-x64@9{V}", "", {"os": "linux", "cpu": "x64", "libc": "musl"}, "sha512-AA=="],
        "@t/linux-x64": ["@t/linux-x64@{V}", "", {"os": ["linux"], "cpu": "x64", "libc": "musl"}, "sha512-AA=="],
        "@u/a": ["@u/a@9{V}", "", {"os": "linux", "cpu": "x64", "libc": "musl"}, "sha512-AA=="],
        "seen": ["seen@9{V}", "", {"os": "linux", "cpu": "x64", "libc": "musl"}, "sha512-AA=="],
        "tool": ["tool@{V}", "", {"optionalDependencies":
            {"@t/lib-linux-x64": "9{V}", "@t/linux-x64": "{V}", "@u/a": "9{V}"}}, "sha512-AA=="],
    }}]],
    ["pnpm-lock.yaml"] = [[
lockfileVersion: '9.0'
packages:
  '@t/lib-linux-x64@9{V}':
    cpu: [x64]
    os: [linux]
    libc: [musl]
  '@t/linux-x64@{V}':
    cpu: [x64]
    os: [linux]
    libc: [musl]
  '@u/a@9{V}':
    cpu: [x64]
    os: [linux]
    libc: [musl]
  seen@9{V}:
    cpu: [x64]
    os: [linux]
    libc: [musl]
  tool@{V}:
    resolution: {integrity: sha512-aa}
snapshots:
  seen@9{V}:
    optional: true
  tool@{V}(peer@1.0.0):
    optionalDependencies:
      '@t/lib-linux-x64': 9{V}
      '@t/linux-x64': {V}
      '@u/a': 9{V}
      seen: 9{V}
]],
    ["old/pnpm-lock.yaml"] = [[
lockfileVersion: 5.4
packages:
  /@t/linux-x64/{V}:
    cpu: [x64]
    os: [linux]
    libc: [musl]
    optional: true
  /@u/a/9{V}:
    cpu: [x64]
    os: [linux]
    libc: [musl]
  /seen/9{V}:
    cpu: [x64]
    os: [linux]
    libc: [musl]
  /tool/{V}:
    optionalDependencies:
      '@t/linux-x64': {V}
      seen: 9{V}
]],
    ["yarn.lock"] = [[
__metadata:
  version: 8

"@t/linux-x64@npm:{V}":
  version: {V}
  resolution: "@t/linux-x64@npm:{V}"
  conditions: os=linux & cpu=x64 & libc=musl
  linkType: hard

"@u/a@npm:9{V}":
  version: 9{V}
  resolution: "@u/a@npm:9{V}"
  conditions: os=linux & cpu=x64 & libc=musl
  linkType: hard

"seen@npm:9{V}":
  version: 9{V}
  resolution: "seen@npm:9{V}"
  conditions: os=linux & cpu=x64 & libc=musl
  linkType: hard

"tool@npm:^1.0.0":
  version: {V}
  resolution: "tool@npm:{V}"
  dependencies:
    "@t/linux-x64": "npm:{V}"
    "seen": "npm:^9{V}"
  dependenciesMeta:
    "@t/linux-x64":
      optional: true
  linkType: hard
]],
}

-- These say of no system which packages are for it.
local SYSTEMLESS <const> = {
    ["one/yarn.lock"] = [[
# yarn lockfile v1

"@t/lib-linux-x64@9{V}":
  version "9{V}"

"@t/linux-x64@{V}":
  version "{V}"

"@u/a@9{V}":
  version "9{V}"

seen@^9{V}:
  version "9{V}"

tool@^1.0.0:
  version "{V}"
  dependencies:
    "@u/a" "9{V}"
  optionalDependencies:
    "@t/lib-linux-x64" "9{V}"
    "@t/linux-x64" "{V}"
    seen "^9{V}"
]],
    ["npm-shrinkwrap.json"] = [[{"lockfileVersion": 1, "dependencies": {
        "tool": {"version": "{V}", "requires": {"@t/linux-x64": "{V}", "@u/a": "9{V}", "seen": "^9{V}"}},
        "@t/linux-x64": {"version": "{V}", "optional": true}, "@u/a": {"version": "9{V}"},
        "seen": {"version": "9{V}", "optional": true}}}]],
}

local function read(name, text, version)
    return assert(core.parse("/srv/" .. name, (text:gsub("{V}", version))))
end

local function told(from, to)
    local lines = {}
    for i, change in ipairs(assert(core.diff(from, to))) do
        lines[i] = table.concat({ change.kind, change.name, change.from or "-", change.to or "-" }, " ")
    end
    return table.concat(lines, "\n")
end

local function systems_of(lockfile)
    local systems = {}
    for _, package in ipairs(lockfile:packages()) do
        systems[package.name] = package.system or "any"
    end
    return systems
end

describe("the binaries of a package", function()
    for name, text in pairs(LOCKFILES) do
        it("count as one with it, and have their system: " .. name, function()
            local old, new = read(name, text, "1.0.0"), read(name, text, "1.1.0")
            assert.equal("upgraded @u/a 91.0.0 91.1.0\nupgraded seen 91.0.0 91.1.0\nupgraded tool 1.0.0 1.1.0", told(old, new))
            assert.equal("", told(old, old))
            local systems = systems_of(new)
            assert.same({ "any", "x86_64-linux-musl", "x86_64-linux-musl" },
                { systems.tool, systems.seen, systems["@t/linux-x64"] })
        end)
    end

    for name, text in pairs(SYSTEMLESS) do
        it("count as one with it where nothing says that they are for some systems: " .. name, function()
            local old, new = read(name, text, "1.0.0"), read(name, text, "1.1.0")
            assert.equal("upgraded @u/a 91.0.0 91.1.0\nupgraded seen 91.0.0 91.1.0\nupgraded tool 1.0.0 1.1.0", told(old, new))
            assert.same({ tool = "any", seen = "any", ["@u/a"] = "any", ["@t/linux-x64"] = "any",
                ["@t/lib-linux-x64"] = systems_of(new)["@t/lib-linux-x64"] }, systems_of(new))
        end)
    end

    local TOOL <const> = '{"lockfileVersion":3,"packages":{"node_modules/tool":{"version":"{V}","optionalDependencies":\z
        {"tool-linux-x64":"{V}","tool-win32-x64":"{V}"}}%s}}'

    local function binary(system, hash)
        return (',"node_modules/tool-%s-x64":{"version":"{V}","os":["%s"],"cpu":["x64"],"integrity":"sha512-%s"}')
            :format(system, system, hash or "aa")
    end

    local function tool(version, ...)
        return read("package-lock.json", TOOL:format(table.concat { ... }), version)
    end

    it("may be more or fewer than before", function()
        local both = tool("1.0.0", binary "linux", binary "win32")
        assert.equal("", told(both, tool("1.0.0", binary "linux")))
        assert.equal("", told(tool "1.0.0", both))
        assert.equal("upgraded tool 1.0.0 2.0.0", told(both, tool("2.0.0", binary "linux")))
    end)

    it("come and go with it", function()
        local none = read("package-lock.json", '{"lockfileVersion":3,"packages":{}}', "1")
        assert.equal("added tool - 1.0.0", told(none, tool("1.0.0", binary "linux", binary "win32")))
        assert.equal("removed tool 1.0.0 -", told(tool("1.0.0", binary "linux", binary "win32"), none))
    end)

    it("that were built anew are told", function()
        assert.equal("rebuilt tool-linux-x64 1.0.0 1.0.0",
            told(tool("1.0.0", binary "linux", binary "win32"), tool("1.0.0", binary("linux", "bb"), binary "win32")))
    end)

    it("are for one system, or for none that has a name", function()
        local lockfile = read("package-lock.json", [[{"lockfileVersion":3,"packages":{
            "node_modules/a":{"version":"1.0.0","os":["darwin"]},
            "node_modules/b":{"version":"1.0.0","os":["!win32"],"cpu":["x64"]},
            "node_modules/c":{"version":"1.0.0","os":["linux","darwin"],"cpu":["x64"]},
            "node_modules/d":{"version":"1.0.0","os":["android"],"cpu":["arm64"]},
            "node_modules/e":{"version":"1.0.0","os":["linux"],"cpu":["ppc64"],"libc":["glibc"]},
            "node_modules/f":{"version":"1.0.0","cpu":["wasm32"]}}}]], "1")
        assert.same({ a = "any", b = "any", c = "any", d = "any", e = "powerpc64le-linux", f = "any" }, systems_of(lockfile))
        local yarn = read("yarn.lock", '__metadata:\n  version: 8\n\n"a@npm:1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n'
            .. "  conditions: (os=linux | os=darwin) & cpu=x64\n  linkType: hard\n", "1")
        assert.same({ a = "any" }, systems_of(yarn))
    end)
end)
