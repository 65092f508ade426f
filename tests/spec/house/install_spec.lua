--- What `make install` puts where, that it works from there, and that `make uninstall` takes away that and no more.

local command = require "command"
local lfs = require "lfs"
local stage = require "stage"

local NEW <const>, NOW <const> = stage.NEW, stage.NOW

local work, state

before_each(function()
    local _
    work, _, state = stage.set()
end)

after_each(stage.strike)

--- make, as if no other make had called it; where we are sanitised, with a Lua that can load us.
local function make(words, ...)
    local lua = os.getenv "LUA" or "lua5.4"
    if command.sanitised then
        command.write(work .. "/lua", ("#!/bin/sh\nexport ASAN_OPTIONS=detect_leaks=0\n"
            .. "LD_PRELOAD=$(gcc -print-file-name=libasan.so) exec %s \"$@\"\n"):format(lua))
        command.must 'chmod +x "$work/lua"'
        lua = work .. "/lua"
    end
    local said = command.shell(("env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make --no-print-directory DEPS=no BUILD=%s LUA=%s "
        .. words):format(command.quote(command.build), command.quote(lua), ...))
    assert.equal(0, said.code, said.out .. said.err)
    return said.out
end

local function has(program)
    return command.shell("command -v %s", program).code == 0
end

--- Every path below a directory: its kind and mode, and what a file or a link says.
local function tree(directory)
    return command.must([[cd %s && find . -printf '%%p %%y %%m %%l\n' | LC_ALL=C sort &&
        find . -type f -exec md5sum {} + | LC_ALL=C sort]], directory)
end

--- The words for a compiler that upnudge.pc gives, as pkg-config puts them together.
local function flags_of(text, ...)
    local variables = {}
    local function expand(value)
        return (value:gsub("%${(%w+)}", variables))
    end
    for name, value in text:gmatch "(%w+)=([^\n]*)" do
        variables[name] = expand(value)
    end
    local flags = {}
    for i, name in ipairs { ... } do
        flags[i] = expand(text:match("\n" .. name:gsub("%p", "%%%0") .. ": ([^\n]*)"))
    end
    return table.concat(flags, " ")
end

local version = command.must '"$upnudge" --version':match "^upnudge (%d+%.%d+%.%d+)\n$"

describe("the version", function()
    it("stands in the header, and is the same in Lua, in the rockspec and at the top of the changes", function()
        local header, numbers = command.read "lua/api/upnudge.h", {}
        for i, name in ipairs { "MAJOR", "MINOR", "PATCH" } do
            numbers[i] = header:match("#define UPNUDGE_VERSION_" .. name .. " (%d+)\n")
        end
        assert.equal(version, table.concat(numbers, "."))
        assert.equal(version .. "\n", command.must(command.lua .. [[ -e 'print(require "upnudge".VERSION)']]))
        assert.equal(version, command.read "CHANGELOG.md":match "\n## (%S+)")
        local path = make "rockspec":match "[^\n]+"
        assert.is_truthy(command.read(path):find(('version = "%s-1"'):format(version), 1, true))
        assert.is_truthy(path:find(version, 1, true))
    end)

    it("stands nowhere else", function()
        local found = command.must("grep -rlF %s Makefile README.md lua policies *.rockspec || true", version)
        assert.equal("", found)
    end)
end)

describe("an installation", function()
    local prefix

    before_each(function()
        prefix = work .. "/a prefix"
    end)

    local function install(words)
        return make("install PREFIX=%s " .. (words or ""), command.quote(prefix))
    end

    it("takes away exactly what it put there", function()
        command.must 'mkdir -p "$work/a prefix/bin" "$work/a prefix/share/man" && echo mine >"$work/a prefix/bin/other"'
        local before = tree(prefix)
        install()
        assert.not_equal(before, tree(prefix))
        make("uninstall PREFIX=%s", command.quote(prefix))
        assert.equal(before, tree(prefix))
    end)

    it("leaves what is not its own, in directories of its own too", function()
        install()
        command.write(prefix .. "/share/doc/upnudge/mine", "mine")
        make("uninstall PREFIX=%s", command.quote(prefix))
        assert.equal("./share/doc/upnudge/mine\n", command.must("cd %s && find . ! -type d", prefix))
    end)

    it("takes away what an earlier version had, and nothing the second time that it did not bring", function()
        install()
        local once = tree(prefix)
        command.write(prefix .. "/bin/upnudge-of-old", "old")
        command.must([[mkdir %s/bin/old && printf 'directory %%s/bin/old\nfile %%s/bin/upnudge-of-old\n' %s %s >>%s]],
            prefix, prefix, prefix, prefix .. "/lib/upnudge/installed")
        install()
        assert.equal(once, tree(prefix))
        make("uninstall PREFIX=%s", command.quote(prefix))
        assert.is_nil(lfs.attributes(prefix))
    end)

    it("goes below DESTDIR, and names that nowhere", function()
        make("install DESTDIR=%s PREFIX=/opt/up LIBDIR=/opt/up/lib64", command.quote(prefix))
        local there = prefix .. "/opt/up"
        assert.is_truthy(lfs.attributes(there .. "/lib64/libupnudge.so.0"))
        assert.equal("", command.must("grep -rlIF %s %s || true", prefix, prefix))
        assert.is_truthy(command.must("%s formats", there .. "/bin/upnudge"):find "npm")
        assert.equal("-I/opt/up/include -L/opt/up/lib64 -lupnudge",
            flags_of(command.read(there .. "/lib64/pkgconfig/upnudge.pc"), "Cflags", "Libs"))
        make("uninstall DESTDIR=%s PREFIX=/opt/up", command.quote(prefix))
        assert.is_nil(lfs.attributes(there))
    end)

    it("refuses to uninstall what is not there, and a prefix that leads nowhere", function()
        assert.has_error(function()
            make("uninstall PREFIX=%s", command.quote(prefix))
        end)
        assert.has_error(function()
            make "install PREFIX=relative"
        end)
        assert.is_nil(lfs.attributes "relative")
    end)

    it("has what asks a database, wherever a host has upnudge from and whatever that directory is", function()
        make("install PREFIX=%s LIBDIR=%s", command.quote(prefix), command.quote(prefix .. "/lib/some-linux-gnu"))
        local lib, sanitised = prefix .. "/lib/some-linux-gnu", command.sanitised and "-fsanitize=address,undefined" or ""
        local policy = stage.policy '{ api = 1, name = "p", extends = "default", strategy = "database", deadline = "1500ms" }'
        command.must([["$upnudge" check "$env" --state-dir "$state" --now %d --new %s]], NOW, NEW)
        command.must([[cd "$work" && sed 's|"lua/api/upnudge.h"|<upnudge.h>|' "$root/tests/host/embed.c" >host.c]])
        local pc = command.read(lib .. "/pkgconfig/upnudge.pc")
        command.must(([[cd "$work" && gcc %s host.c -o shared %s -Wl,-rpath,%%s]]):format(sanitised, flags_of(pc, "Cflags",
            "Libs")), lib)
        command.must(([[cd "$work" && gcc %s host.c -o static %%s %s]]):format(sanitised, flags_of(pc, "Cflags",
            "Libs.private")), lib .. "/libupnudge.a")
        command.write(work .. "/host.lua", [[
            local runtime <close> = assert(require "upnudge".open { app = "x", state_dir = arg[1], policy = arg[2] })
            local answer = runtime:notify(arg[3], { now = math.tointeger(arg[4]), tty = true })
            print(answer.text or answer.reason)]])
        local lua = command.lua:gsub(command.root:gsub("%p", "%%%0") .. "/lua/", prefix .. "/share/lua/5.4/")
            :gsub(command.root:gsub("%p", "%%%0") .. "/" .. command.build:gsub("%p", "%%%0") .. "/lib/", lib .. "/lua/5.4/")
        local hosts = { '"$work/shared" "$state" %s notify "$env" %d', '"$work/static" "$state" %s notify "$env" %d',
            lua .. ' "$work/host.lua" "$state" %s "$env" %d' }
        local now = NOW
        for _, host in ipairs(hosts) do
            command.must 'rm -f "$state"/upnudge.sqlite* "$state"/database.json "$state"/*/notified.json'
            -- A busy machine may be late, and is not asked again for some minutes then.
            local said = stage.await("an answer in time", function()
                now = now + 700
                local told = command.must(host, policy, now)
                return not told:find "no answer" and told
            end)
            assert.is_truthy(said:find "^2 version changes", host .. ": " .. said)
            assert.is_true(#command.read(state .. "/upnudge.sqlite") > 0)
        end
    end)
end)

describe("what is installed once", function()
    local place, prefix

    setup(function()
        work = stage.bare()
        place = command.directory()
        prefix = place .. "/a prefix"
        make("install PREFIX=%s", command.quote(prefix))
        stage.strike()
    end)

    teardown(function()
        command.remove(place)
    end)

    it("has a command, a library and a module that work where they are", function()
        assert.equal(0, command.shell([[%s check "$env" --state-dir "$state" --now %d --new %s]], prefix .. "/bin/upnudge",
            NOW, NEW).code)
        local shown = command.must([[%s show "$env" --state-dir "$state"]], prefix .. "/bin/upnudge")
        assert.is_truthy(shown:find("curl  8.9.0 -> 8.10.1", 1, true))

        command.must([[sed 's|"lua/api/upnudge.h"|<upnudge.h>|' tests/host/embed.c >"$work/host.c"]])
        command.must(([[cd "$work" && gcc %s host.c -o host %s -Wl,-rpath,%%s/lib]]):format(command.sanitised
            and "-fsanitize=address,undefined" or "", flags_of(command.read(prefix .. "/lib/pkgconfig/upnudge.pc"), "Cflags",
            "Libs")), prefix)
        local said = command.must([["$work/host" "$state" default notify "$env" %d]], NOW + 1)
        assert.is_truthy(said:find "^2 version changes")
        said = command.must([["$work/host" "$state" default check "$env" %d %s]], NOW + 200000, NEW)
        assert.equal("ok\n", said)

        local lua = command.lua:gsub(command.root:gsub("%p", "%%%0") .. "/lua/", prefix .. "/share/lua/5.4/")
            :gsub(command.root:gsub("%p", "%%%0") .. "/" .. command.build:gsub("%p", "%%%0") .. "/lib/", prefix .. "/lib/lua/5.4/")
        command.write(work .. "/host.lua", [[
            local runtime <close> = assert(require "upnudge".open { app = "x", state_dir = arg[1] })
            local check = runtime:check_begin(arg[2], { max_age = 0 })
            print(check.state, check:commit(io.open(arg[3]):read "a").changes)]])
        assert.equal("begun\t12\n", command.must(lua .. ' "$work/host.lua" "$state" "$env" %s', NEW))
    end)

    it("has a library to be linked into a program, which shows nothing but its functions", function()
        local library = prefix .. "/lib/libupnudge.a"
        local shown = {}
        for name in command.must("nm -g --defined-only %s", library):gmatch "%x+ [A-Z] (%S+)" do
            shown[#shown + 1] = name
        end
        local declared = {}
        for name in command.read "lua/api/upnudge.h":gmatch "UPNUDGE_API [^;]-(upnudge_[%l_]+)%(" do
            declared[#declared + 1] = name
        end
        table.sort(shown)
        table.sort(declared)
        assert.same(declared, shown)

        -- The program has functions of the same names as those of the Lua within.
        command.write(work .. "/other.c", [[#include <stdlib.h>
            void *lua_newstate(void) { abort(); }
            void lua_close(void) { abort(); }
            int luaopen_base(void) { abort(); }
            int un_pool_resize(void) { abort(); }
            int yaml_parser_initialize(void) { abort(); }]])
        command.must([[sed 's|"lua/api/upnudge.h"|<upnudge.h>|' tests/host/embed.c >"$work/host.c"]])
        local flags = flags_of(command.read(prefix .. "/lib/pkgconfig/upnudge.pc"), "Cflags", "Libs.private")
        command.must(([[cd "$work" && gcc %s host.c other.c -o host %%s %s]]):format(command.sanitised
            and "-fsanitize=address,undefined" or "", flags), library)
        assert.equal("ok\n", command.must([["$work/host" "$state" default check "$env" %d %s]], NOW, NEW))
        local said = command.must([["$work/host" "$state" default notify "$env" %d]], NOW + 1)
        assert.is_truthy(said:find "^2 version changes")
        -- JSON is read by what is installed, wherever the program is.
        command.must 'mkdir "$work/npm" && cp tests/fixtures/webshop/*.json "$work/npm"'
        said = command.must([["$work/host" "$state" default check "$work/npm" %d "$work/npm/upgraded.json"]], NOW)
        assert.equal("ok\n", said)
    end)

    it("has the guides, whose links to one another lead somewhere", function()
        local count = 0
        for page in command.must("cd %s && find . -name README.md", prefix .. "/share/doc/upnudge"):gmatch "[^\n]+" do
            local path = prefix .. "/share/doc/upnudge/" .. page
            for target in command.read(path):gmatch "%]%(([^)#]+%.md)" do
                count = count + 1
                assert.is_truthy(lfs.attributes(path:match "^.*/" .. target), page .. ": " .. target)
            end
        end
        assert.is_true(count > 8)
        assert.equal(command.read "policies/weekly.lua",
            command.read(prefix .. "/share/doc/upnudge/policies/weekly.lua"))
        for host in command.must "ls tests/hosts":gmatch "%S+" do
            assert.equal(command.read("tests/hosts/" .. host),
                command.read(("%s/share/doc/upnudge/tests/hosts/%s"):format(prefix, host)))
        end
    end)

    it("has manual pages, if there is scdoc, which are found by the name of each function too", function()
        if not has "scdoc" then
            pending "no scdoc here"
        end
        for _, path in ipairs { "man1/upnudge.1", "man3/upnudge.3", "man3/upnudge_notify.3", "man5/upnudge-policy.5" } do
            assert.is_truthy(command.read(prefix .. "/share/man/" .. path), path)
        end
    end)
end)

--- Text without what depends on where a line is broken.
local function unbroken(text)
    return (text:gsub(".\b", ""):gsub("‐", ""):gsub("[%s-]", ""))
end

--- A manual page as a person reads it.
local function page(name)
    local text = unbroken(command.must("man -l %s", ("%s/manual/%s"):format(command.build, name)))
    return function(words)
        assert.is_truthy(text:find(unbroken(words), 1, true), words)
    end
end

describe("the manual pages", function()
    setup(function()
        stage.set()
        work = command.variables.work
        make "documents"
        stage.strike()
    end)

    if not has "scdoc" or not has "man" then
        it("are made and read", function()
            pending "no scdoc or no man here"
        end)
        return
    end

    it("are such that man has nothing to say of them", function()
        for _, name in ipairs { "upnudge.1", "upnudge.3", "upnudge-policy.5" } do
            local said = command.shell("LC_ALL=C.UTF-8 man --warnings=w -l %s >/dev/null", ("%s/manual/%s"):format(command.build,
                name))
            assert.equal("", said.err)
        end
    end)

    it("tell every command and every option, with its words", function()
        local says, count = page "upnudge.1", 0
        local function look(words)
            local help = command.run(table.unpack(words)).out
            for name in (help:match "\nCommands:\n(.*)" or ""):gmatch "\n?   (%l+)" do
                local inner = table.move(words, 1, #words - 1, 1, {})
                inner[#inner + 1], inner[#inner + 2] = name, "--help"
                look(inner)
            end
            for option in help:gmatch "%-%-%l[%l-]+" do
                count = count + 1
                says(option)
            end
        end
        look { "--help" }
        assert.is_true(count > 60, count)
        says "How it is activated"
        says "Without CMD and --new the tool of the project makes the dry upgrade"
        says "$UPNUDGE_NEW_LOCKFILE where the upgraded lockfile may be written"
    end)

    it("tell every reason that an answer may have", function()
        local says = page "upnudge.1"
        for _, reason in ipairs(require "upnudge.lib.reasons".list) do
            says(("%s %s"):format(reason.name, reason.means))
        end
    end)

    it("tell every key of a policy and every function of C", function()
        local says = page "upnudge-policy.5"
        for name, what in command.read "policies/REFERENCE.md":gmatch "\n| `([^`]+)` | [^|\n]* | ([^|\n]+) |" do
            says(name)
            says((what:gsub("`", "")))
        end
        says = page "upnudge.3"
        for name in command.read "lua/api/upnudge.h":gmatch "UPNUDGE_API [^;]-(upnudge_[%l_]+)%(" do
            says(name .. "(")
        end
        says 'fprintf(stderr, "%s\\n", notice.text);'
    end)
end)

describe("the completions", function()
    setup(function()
        stage.set()
        work = command.variables.work
        make "documents"
        stage.strike()
    end)

    local function completion(name)
        return ("%s/%s/completions/%s"):format(command.root, command.build, name)
    end

    it("know commands and options, for bash", function()
        local script = [[. %s; COMP_WORDS=(upnudge %s); COMP_CWORD=%d; _upnudge; printf '%%s\n' "${COMPREPLY[@]}"]]
        local function complete(words, at)
            return command.must("bash -c %s", script:format(command.quote(completion "upnudge"), words, at))
        end
        assert.equal("snooze\n", complete("sno", 1))
        assert.equal("--max-age\n", complete("check --max", 2))
        assert.equal("in-place\n", complete("notify --mode in", 3))
    end)

    it("know commands and options, for fish", function()
        if not has "fish" then
            pending "no fish here"
        end
        local function complete(words)
            return command.must("fish --no-config -c %s", ("source %s; complete -C '%s'"):format(
                command.quote(completion "upnudge.fish"), words))
        end
        assert.is_truthy(complete "upnudge sno":find "^snooze\t")
        assert.is_truthy(complete "upnudge check --max":find "^%-%-max%-age\t")
    end)

    it("are a function of zsh", function()
        if not has "zsh" then
            pending "no zsh here"
        end
        local said = command.shell("zsh -f -n %s", completion "_upnudge")
        assert.same({ 0, "" }, { said.code, said.err })
        assert.is_truthy(command.read(completion "_upnudge"):find "^#compdef upnudge\n")
    end)
end)

describe("the rock", function()
    it("is the Lua module, made from these sources", function()
        if not has "luarocks" then
            pending "no luarocks here"
        elseif command.sanitised then
            pending "nobody makes a sanitised rock"
        end
        local said = command.shell([[env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS luarocks --lua-version 5.4 --tree "$work/rocks" \
            make --deps-mode=none upnudge-scm-1.rockspec]])
        assert.equal(0, said.code, said.out .. said.err)
        command.write(work .. "/host.lua", [[local upnudge = require "upnudge"
            local runtime <close> = upnudge.open { app = "x", state_dir = arg[1] }
            print(upnudge.VERSION, runtime:check_begin(arg[2]).state)]])
        local out = command.must([[cd / && env LUA_PATH="$work/rocks/share/lua/5.4/?.lua;$work/rocks/share/lua/5.4/?/init.lua;;" \
            LUA_CPATH="$work/rocks/lib/lua/5.4/?.so;;" lua5.4 "$work/host.lua" "$state" "$env"]])
        assert.equal(version .. "\tbegun\n", out)
    end)
end)
