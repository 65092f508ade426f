--- The same lockfile written in another way, and called otherwise, has the same packages; what tools print when
--- they fail has none under any name. Lockfiles are those of the fixtures, and real ones where CORPUS has them.

local command = require "command"
local core = require "upnudge.core"
local json_text = require "json_text"
local lfs = require "lfs"

local FIXTURES <const> = "tests/fixtures"
local CORPUS <const> = os.getenv "CORPUS" or "../shared/corpus"
-- Of the real ones: the largest, and how many of a format.
local LARGEST <const>, OF_A_FORMAT <const> = 200000, 3

local function usual_names()
    local names, syntax = {}, {}
    for _, format in ipairs(core.formats()) do
        for _, name in ipairs(format.filenames) do
            names[#names + 1] = name
        end
        syntax[format.name] = format.syntax
    end
    return names, syntax
end

local NAMES <const>, SYNTAX <const> = usual_names()

local function fixtures()
    local found = {}
    for directory in lfs.dir(FIXTURES) do
        local path = FIXTURES .. "/" .. directory
        if directory:sub(1, 1) ~= "." and lfs.attributes(path, "mode") == "directory" then
            for file in lfs.dir(path) do
                if lfs.attributes(path .. "/" .. file, "mode") == "file" and not file:find "%.expect$" then
                    found[#found + 1] = path .. "/" .. file
                end
            end
        end
    end
    table.sort(found)
    return found
end

local function real_ones()
    local found, count = {}, {}
    for file, format in (command.read(CORPUS .. "/MANIFEST.tsv") or ""):gmatch "\n([^\t\n]+)\t([^\t\n]+)" do
        local path = CORPUS .. "/" .. file
        local size = lfs.attributes(path, "size")
        if size and size <= LARGEST and (count[format] or 0) < OF_A_FORMAT then
            count[format], found[#found + 1] = (count[format] or 0) + 1, path
        end
    end
    return found
end

--- What is read, in an order that does not depend on the file's; nil and the message where it is refused.
local function reading(name, text)
    local lockfile, message = core.parse("/srv/" .. name, text)
    if not lockfile then
        return nil, message
    end
    local lines = {}
    for _, package in ipairs(lockfile:packages()) do
        local fields = {}
        for key, value in pairs(package) do
            fields[#fields + 1] = key .. "=" .. tostring(value)
        end
        table.sort(fields)
        lines[#lines + 1] = table.concat(fields, "\t")
    end
    table.sort(lines)
    lines[#lines + 1] = assert(lockfile:digest())
    return lockfile:format() .. "\n" .. table.concat(lines, "\n")
end

local function twins(text, format)
    local list = { BOM = text:sub(1, 3) == "\u{FEFF}" and text:sub(4) or "\u{FEFF}" .. text,
        ["CR LF"] = text:gsub("\r?\n", "\r\n"), itself = text, ["no last line end"] = text:gsub("\n+$", "") }
    if not format or SYNTAX[format] == "JSON" then
        list["one line"] = json_text.rewrite(text, {})
        list["one line as it stands"] = json_text.squeezed(text)
        list.pretty = json_text.rewrite(text, { indent = "\t" })
        list["sorted"] = json_text.rewrite(text, { sorted = true })
        list["sorted, pretty"] = json_text.rewrite(text, { sorted = true, indent = "   " })
    end
    return list
end

--- `names`: under which others it is looked at.
local function expect_twins(path, names)
    local text = command.read(path)
    local base = path:match "[^/]+$"
    local wanted = reading(base, text)
    for how, twin in pairs(twins(text, wanted and wanted:match "^[^\n]+")) do
        for _, name in ipairs { base, table.unpack(names) } do
            local got, message = reading(name, twin)
            if got ~= wanted then
                assert.are.equal(wanted or "refused", got or message, ("%s, %s, as %s"):format(path, how, name))
            end
        end
    end
end

describe("a lockfile written in another way", function()
    for _, path in ipairs(fixtures()) do
        it("has the same packages under every name: " .. path:sub(#FIXTURES + 2), function()
            expect_twins(path, NAMES)
        end)
    end

    for i, path in ipairs(real_ones()) do
        it("has the same packages under another name: " .. path:sub(#CORPUS + 2), function()
            expect_twins(path, { NAMES[i % #NAMES + 1], NAMES[i * 7 % #NAMES + 1] })
        end)
    end
end)

-- More than a name may have; the package is left out.
local TOO_MUCH <const> = ("x"):rep(1025)

--- What is read of the packages without `name` in theirs, in an order that does not depend on the file's.
local function others(packages, name)
    local lines = {}
    for _, package in ipairs(packages) do
        local fields = {}
        for key, value in pairs(package) do
            fields[#fields + 1] = key .. "=" .. tostring(value):gsub(TOO_MUCH, "")
        end
        table.sort(fields)
        lines[#lines + 1] = not package.name:find(name, 1, true) and table.concat(fields, "\t") or nil
    end
    table.sort(lines)
    return lines
end

--- The same text with a name that is too long; nil where the name does not stand in it as it is.
local function with_long_name(text, name)
    local other, count = text:gsub("%f[%w]" .. name:gsub("%p", "%%%0") .. "%f[%W]", name .. TOO_MUCH)
    return count > 0 and other or nil
end

describe("a name that is too long", function()
    -- Of each lockfile so many packages have one.
    local MOST <const> = 4

    it("changes nothing of the other packages, whatever is told of them elsewhere in the file", function()
        local played = 0
        for _, path in ipairs(fixtures()) do
            local text, base = command.read(path), "/srv/" .. path:match "[^/]+$"
            local lockfile = core.parse(base, text)
            local packages = lockfile and lockfile:packages() or {}
            for i = 1, math.min(#packages, MOST) do
                local name = packages[i].name
                local other = #name > 2 and with_long_name(text, name)
                -- A list may be refused that names nothing else.
                local changed = other and core.parse(base, other)
                if changed then
                    played = played + 1
                    assert.same(others(packages, name), others(changed:packages(), name), path .. ": " .. name)
                end
            end
        end
        assert.is_true(played > 300, played)
    end)
end)

local SENTENCES <const> = {
    "npm error code ENOTFOUND\nnpm error network request to https://registry.npmjs.org/left-pad failed, \z
        reason: getaddrinfo ENOTFOUND\n",
    "npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree\nnpm ERR! Found: react@18.2.0\n",
    "npm error code EACCES\nnpm error syscall open\nnpm error path /srv/package-lock.json\nnpm error errno -13\n",
    "error An unexpected error occurred: \"https://registry.yarnpkg.com/a: tunneling socket could not be \z
        established\".\n",
    "➤ YN0001: │ Error: a@npm:^1: No candidates found\n",
    " ERR_PNPM_FETCH_404  GET https://registry.npmjs.org/a: Not Found - 404\n",
    "error: ConnectionRefused downloading package manifest a\n",
    "error: failed to select a version for `serde`.\n    ... required by package `a v0.1.0 (/srv/a)`\n",
    "    Updating crates.io index\nerror: failed to get `serde` as a dependency of package `a v0.1.0`\n",
    "error: could not find `Cargo.toml` in `/srv` or any parent directory\n",
    "warning: spurious network error (3 tries remaining): [6] Couldn't resolve host name\n",
    "go: module lookup disabled by GOPROXY=off\n",
    "go: example.org/a@v1.0.0: Get \"https://proxy.golang.org/example.org/a/@v/v1.0.0.mod\": dial tcp: no \z
        such host\n",
    "verifying example.org/a@v1.0.0: checksum mismatch\n\tdownloaded: h1:AAAA=\n\tgo.sum:     \z
        h1:BBBB=\n\nSECURITY ERROR\n",
    "go.mod:3: unknown directive: could\n",
    "module declares its path as: example.org/b\n",
    "ERROR: Could not find a version that satisfies the requirement a==9 (from versions: none)\nERROR: No \z
        matching distribution found\n",
    "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection \z
        broken\n",
    "Traceback (most recent call last):\n  File \"/usr/bin/pip\", line 5, in <module>\n    from pip import \z
        main\nModuleNotFoundError: No module named 'pip'\n",
    "Because a depends on b (^2.0) which doesn't match any versions, version solving failed.\n",
    "error: Failed to fetch: `https://pypi.org/simple/a/`\n  Caused by: dns error: failed to lookup address \z
        information\n",
    "Could not fetch specs from https://rubygems.org/ due to underlying error <timed out>\n",
    "Bundler::HTTPError: Could not fetch specs from https://rubygems.org/\n",
    "Your Ruby version is 2.7.0, but your Gemfile specified ~> 3.1\n",
    "Your requirements could not be resolved to an installable set of packages.\n\n  Problem 1\n    - a 1.0 \z
        requires php ^8.\n",
    "The \"https://repo.packagist.org/packages.json\" file could not be downloaded: failed to open stream: \z
        Connection timed out\n",
    "error: unable to download 'https://api.github.com/repos/NixOS/nixpkgs/commits/HEAD': HTTP error 403\n",
    "error:\n       … while updating the flake input 'nixpkgs'\n\n       error: cannot connect to socket at \z
        '/nix/var/nix/daemon-socket/socket': Connection refused\n",
    "warning: Git tree '/srv' is dirty\nerror: getting status of '/nix/store/a-source/flake.nix': No such \z
        file or directory\n",
    "** (Mix) Could not find Hex, which is needed to build dependency :a\n",
    "* What went wrong:\nExecution failed for task ':dependencies'.\n> Could not resolve all files for \z
        configuration ':compileClasspath'.\n",
    "╷\n│ Error: Failed to query available provider packages\n│ \n│ Could not retrieve the list of available \z
        versions\n╵\n",
    "[!] CDN: trunk URL couldn't be downloaded: https://cdn.cocoapods.org/all_pods_versions.txt Response: \z
        Timeout\n",
    "curl: (7) Failed to connect to proxy.example.org port 3128: Connection refused\n",
    "could not reach the proxy\n",
    "ssh: connect to host example.org port 22: Network is unreachable\n",
    "cat: write error: No space left on device\n",
    "bash: line 1: npm: command not found\n",
    "sh: 1: cannot create package-lock.json: Permission denied\n",
    "fatal: not a git repository (or any of the parent directories): .git\n",
    "error: Your local changes to the following files would be overwritten by \z
        merge:\n\tgo.sum\n\tyarn.lock\nPlease commit your changes.\nAborting\n",
    "fatal: unable to access 'https://github.com/a/b.git/': Could not resolve host: github.com\n",
    "version https://git-lfs.github.com/spec/v1\noid \z
        sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n",
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n<body><center><h1>502 Bad \z
        Gateway</h1></center></body></html>\n",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Access \z
        Denied</Message></Error>\n",
    "{\"error\":\"Not found\"}\n",
    "{\"message\":\"API rate limit exceeded\",\"documentation_url\":\"https://docs.github.com/rest\",\"statu\z
        s\":\"403\"}",
    "{\"errors\":[{\"status\":401,\"message\":\"Bad credentials\"}]}",
    "{\"code\":\"E404\",\"packages\":null,\"version\":1}",
    "[]\n", "null\n", "\"could not reach the proxy\"\n", "404: Not Found",
    "######################## \z
        100.0%\n", "# could not reach the proxy\n",
    "Segmentation fault (core dumped)\n", "Killed\n", "<<<<<<< HEAD\n=======\n>>>>>>> main\n",
}

describe("what a tool prints when it fails", function()
    for i, sentence in ipairs(SENTENCES) do
        it(("is refused under every name: %d, %s"):format(i, sentence:match "[^\n]*"), function()
            for _, name in ipairs(NAMES) do
                for how, twin in pairs(twins(sentence)) do
                    local lockfile, message = core.parse("/srv/" .. name, twin)
                    assert.is_nil(lockfile, ("%s, %s was accepted"):format(name, how))
                    assert.are.equal("/srv/" .. name .. ":", message:sub(1, #name + 6))
                end
            end
        end)
    end

    it("is a list of more than forty", function()
        assert.is_true(#SENTENCES > 40)
    end)
end)
