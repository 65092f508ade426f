--- Made-up lockfiles for parse.sh, of the size that a large project has. Usage: documents.lua DIRECTORY
--- Makes DIRECTORY/FORMAT/NAME for each format; what stands in them is different from entry to entry.

local directory = ...
local count = 3600

local function hash(i, length)
    local out = {}
    for n = 1, length // 8 + 1 do
        out[n] = ("%08x"):format((i * 2654435761 + n * 40503 * (i + 7)) & 0xFFFFFFFF)
    end
    return table.concat(out):sub(1, length)
end

local function version(i)
    return ("%d.%d.%d"):format(i % 9, i % 31, i % 7)
end

---@param other? string what begins the document
---@param entry fun(i: integer): string
---@param last? string
local function make(format, name, entries, other, entry, last)
    local parts = { other }
    for i = 0, entries - 1 do
        parts[#parts + 1] = entry(i)
    end
    parts[#parts + 1] = last
    os.execute(("mkdir -p '%s/%s'"):format(directory, format))
    local file = assert(io.open(("%s/%s/%s"):format(directory, format, name), "w"))
    assert(file:write(table.concat(parts)))
    file:close()
end

--- So that JSON has a comma between two.
local function after(i, text)
    return (i > 0 and "," or "") .. text
end

make("npm", "package-lock.json", count,
    '{\n  "name": "app",\n  "lockfileVersion": 3,\n  "requires": true,\n  "packages": {\n    "": {"name": "app"}',
    function(i)
        return ([[,
    "node_modules/package-%d": {
      "version": "%s",
      "resolved": "https://registry.example.org/package-%d/-/package-%d-%s.tgz",
      "integrity": "sha512-%s==",
      "license": "MIT",
      "dependencies": {
        "package-%d": "^%d.0.0"
      },
      "engines": {
        "node": ">= 18"
      }
    }]]):format(i, version(i), i, i, version(i), hash(i, 86), i * 7 % count, i % 9)
    end, "\n  }\n}\n")

local composer = '{\n    "content-hash": "' .. hash(0, 32) .. '",\n    "packages": ['
make("composer", "composer.lock", 1000, composer, function(i)
    return after(i, ([[

        {
            "name": "vendor-%d/package-%d",
            "version": "v%s",
            "source": {"type": "git", "url": "https://git.example.org/vendor-%d/package-%d.git", "reference": "%s"},
            "dist": {"type": "zip", "url": "https://dist.example.org/%d/%s", "reference": "%s", "shasum": ""},
            "require": {"php": "^8.1", "vendor-%d/package-%d": "^%d.0"},
            "type": "library",
            "autoload": {"psr-4": {"Vendor%d\\": "src/"}},
            "license": ["MIT"],
            "description": "What package %d is for",
            "time": "2025-03-%02dT10:00:00+00:00"
        }]]):format(i, i, version(i), i, i, hash(i, 40), i, hash(i, 40), hash(i, 40), i * 7 % 1000, i * 7 % 1000,
            i % 9, i, i, i % 28 + 1))
end, '\n    ],\n    "packages-dev": []\n}\n')

make("bun", "bun.lock", count,
    '{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": {\n      "name": "app",\n    },\n  },\n  "packages": {\n',
    function(i)
        return ('    "package-%d": ["package-%d@%s", "", { "dependencies": { "package-%d": "^%d.0.0" } }, '
            .. '"sha512-%s=="],\n\n'):format(i, i, version(i), i * 7 % count, i % 9, hash(i, 86))
    end, "  }\n}\n")

make("pnpm", "pnpm-lock.yaml", 2000, "lockfileVersion: '9.0'\n\npackages:\n", function(i)
    return ([[

  package-%d@%s:
    resolution: {integrity: sha512-%s==}
    engines: {node: '>=18'}
]]):format(i, version(i), hash(i, 86))
end)

make("yarn-berry", "yarn.lock", 2000, "__metadata:\n  version: 8\n  cacheKey: 10\n", function(i)
    return ([[

"package-%d@npm:^%d.0.0":
  version: %s
  resolution: "package-%d@npm:%s"
  dependencies:
    package-%d: "npm:^%d.0.0"
  checksum: 10/%s
  languageName: node
  linkType: hard
]]):format(i, i % 9, version(i), i, version(i), i * 7 % 2000, i % 9, hash(i, 128))
end)

make("conda-lock", "conda-lock.yml", 1000, "version: 1\nmetadata:\n  platforms:\n  - linux-64\npackage:\n", function(i)
    return ([[
- name: package-%d
  version: %s
  manager: conda
  platform: linux-64
  dependencies:
    python: '>=3.10'
    package-%d: '>=%d'
  url: https://conda.example.org/linux-64/package-%d-%s-h%s_0.conda
  hash:
    md5: %s
    sha256: %s
  category: main
  optional: false
]]):format(i, version(i), i * 7 % 1000, i % 9, i, version(i), hash(i, 7), hash(i, 32), hash(i, 64))
end)

make("pixi", "pixi.lock", 1000, "version: 6\nenvironments: {}\npackages:\n", function(i)
    return ([[
- conda: https://conda.example.org/linux-64/package-%d-%s-h%s_0.conda
  sha256: %s
  md5: %s
  depends:
  - python >=3.10
  - package-%d >=%d
  license: MIT
  size: %d
  timestamp: 17%011d
]]):format(i, version(i), hash(i, 7), hash(i, 64), hash(i, 32), i * 7 % 1000, i % 9, i * 37, i * 7919)
end)

make("cargo", "Cargo.lock", 1500, "version = 4\n", function(i)
    return ([=[

[[package]]
name = "package-%d"
version = "%s"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "%s"
dependencies = [
 "package-%d",
 "package-%d",
]
]=]):format(i, version(i), hash(i, 64), i * 7 % 1500, i * 13 % 1500)
end)

make("uv", "uv.lock", 600, "version = 1\nrequires-python = \">=3.10\"\n", function(i)
    local wheel = '    { url = "https://files.example.org/%s/package_%d-%s-cp31%d-linux_x86_64.whl", '
        .. 'hash = "sha256:%s", size = %d, upload-time = "2025-01-%02dT10:00:00Z" },\n'
    local wheels = {}
    for n = 0, 3 do
        wheels[#wheels + 1] = wheel:format(hash(i + n, 60), i, version(i), n, hash(i + n, 64), i * 37, i % 28 + 1)
    end
    return ([=[

[[package]]
name = "package-%d"
version = "%s"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "package-%d" },
]
wheels = [
%s]
]=]):format(i, version(i), i * 7 % 600, table.concat(wheels))
end)

make("poetry", "poetry.lock", 1000, nil, function(i)
    return ([=[
[[package]]
name = "package-%d"
version = "%s"
description = "What package %d is for"
optional = false
python-versions = ">=3.10"
groups = ["main"]
files = [
    {file = "package_%d-%s-py3-none-any.whl", hash = "sha256:%s"},
    {file = "package_%d-%s.tar.gz", hash = "sha256:%s"},
]

[package.dependencies]
package-%d = ">=%d"

]=]):format(i, version(i), i, i, version(i), hash(i, 64), i, version(i), hash(i + 1, 64), i * 7 % 1000, i % 9)
end, '[metadata]\nlock-version = "2.1"\npython-versions = ">=3.10"\ncontent-hash = "' .. hash(0, 64) .. '"\n')

make("yarn", "yarn.lock", 3000,
    "# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n",
    function(i)
        return ([[

package-%d@^%d.0.0:
  version "%s"
  resolved "https://registry.example.org/package-%d/-/package-%d-%s.tgz#%s"
  integrity sha512-%s==
  dependencies:
    package-%d "^%d.0.0"
]]):format(i, i % 9, version(i), i, i, version(i), hash(i, 40), hash(i, 86), i * 7 % 3000, i % 9)
    end)

make("gemfile", "Gemfile.lock", 3000, "GEM\n  remote: https://rubygems.org/\n  specs:\n", function(i)
    return ("    package-%d (%s)\n      package-%d (>= %d.0)\n"):format(i, version(i), i * 7 % 3000, i % 9)
end, "\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  package-1\n\nBUNDLED WITH\n   2.5.0\n")

make("requirements", "requirements.txt", 3000, nil, function(i)
    return ("package-%d==%s \\\n    --hash=sha256:%s\n"):format(i, version(i), hash(i, 64))
end)

make("terraform", ".terraform.lock.hcl", 300, nil, function(i)
    return ([[
provider "registry.terraform.io/vendor/provider-%d" {
  version     = "%s"
  constraints = "~> %d.0"
  hashes = [
    "h1:%s=",
    "zh:%s",
  ]
}

]]):format(i, version(i), i % 9, hash(i, 43), hash(i, 64))
end)

make("gradle-verification", "verification-metadata.xml", 2000,
    '<?xml version="1.0" encoding="UTF-8"?>\n<verification-metadata><components>\n', function(i)
    return ([[
      <component group="org.example.group%d" name="package-%d" version="%s">
         <artifact name="package-%d-%s.jar">
            <sha256 value="%s" origin="Generated by Gradle"/>
         </artifact>
      </component>
]]):format(i % 50, i, version(i), i, version(i), hash(i, 64))
end, "</components></verification-metadata>\n")

make("gosum", "go.sum", 4000, nil, function(i)
    return ("example.org/group/package-%d v%s h1:%s=\nexample.org/group/package-%d v%s/go.mod h1:%s=\n")
        :format(i, version(i), hash(i, 43), i, version(i), hash(i + 1, 43))
end)
