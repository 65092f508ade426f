--- The pages that people read are true: everything in them that a reader can type is typed here, what it
--- prints is compared, and what they name is there. tests/page.lua says how a page is written for that.
---
--- Each page is read from top to bottom in one shell at a terminal, by somebody new: an empty home, and in it
--- these sources as `~/upnudge`, where the shell begins. What the pages call /home/me is that home.

local command = require "command"
local lfs = require "lfs"
local page = require "page"

local PAGES <const> = { "README.md", "policies/README.md", "lua/README.md", "core/README.md", "tests/README.md",
    "lua/packaging/README.md" }
-- Lines of the first page, which people read to find out whether to read on.
local LENGTH <const> = 160
-- Seconds after which a page counts as hanging; on a busy machine one takes a minute.
local HANG <const> = 1200

-- What no test types, and why. `instead` is typed in its place.
local NOT_TYPED <const> = {
    ["make"] = { why = "these sources were built before any test runs" },
    ["make demo"] = { why = "it may install packages", instead = "tests/demo.sh build" },
    ["make test"] = { why = "it is running" },
    ["make test ONLY=\"log_test page_spec\""] = { why = "it may install packages",
        instead = "BUILD=build lua5.4 tests/run.lua log_test page_spec" },
    ["make test-loaded"] = { why = "it runs this suite" },
    ["make asan"] = { why = "it runs this suite" },
    ["make tsan"] = { why = "it has a build of its own" },
    ["make valgrind"] = { why = "it has a build of its own" },
    ["make lint"] = { why = "it takes as long as this suite, and runs beside it" },
    ["make generated"] = { why = "it writes into the sources; what it would write is compared",
        instead = "upnudge policy reference | diff - policies/REFERENCE.md && "
            .. "upnudge policy reference --types | diff - lua/upnudge/meta/policy.lua" },
    ["make install PREFIX=\"$HOME/.local\""] = { why = "it may install packages",
        instead = "make install DEPS=no PREFIX=\"$HOME/.local\"" },
    ["sudo apt install lua-dbi-postgresql    # or lua-dbi-sqlite3"] = { why = "it installs packages" },
    ["apt install lua-busted"] = { why = "it installs packages" },
    ["install -m 660 -g users /dev/null /var/lib/acme/upnudge.sqlite"] = { why = "it writes into this machine's /var",
        instead = "install -m 660 /dev/null \"$HOME/upnudge.sqlite\"" },
    ["cc acme.c -o acme $(pkg-config --cflags --libs upnudge)"] = { why = "pkg-config may not be there or not look there",
        instead = "cd ~/.local/lib/pkgconfig && eval \"$(grep = upnudge.pc)\" && cd - >/dev/null && cc acme.c -o acme "
            .. "-I\"$includedir\" -L\"$libdir\" -lupnudge" },
    ["make uninstall PREFIX=\"$HOME/.local\""] = { why = "it names the place of the line above",
        instead = "make uninstall PREFIX=\"$HOME/.local\"" },
    ["make deb"] = { why = "it may install packages, and another test makes them" },
    ["sudo apt install ./build/deb/*.deb"] = { why = "it installs packages" },
    ["make LUA_SRC=lua-5.4.7 CJSON_SRC=lua-cjson-2.1.0 LFS_SRC=luafilesystem-1_8_0 DEPS=no"] =
        { why = "the releases are not here; make test-sources fetches some" },
    ["luarocks --lua-version 5.4 make"] = { why = "luarocks may not be there" },
}
-- What is never typed unless the table above says so: it may change this machine, or run this suite again.
local DANGEROUS <const> = { "^make%f[%A]", "^sudo ", "^apt" }

local function is_dangerous(text)
    for _, pattern in ipairs(DANGEROUS) do
        if text:find(pattern) then
            return true
        end
    end
    return false
end

--- What is typed of a command; nil: nothing.
local function typed(step)
    local other = NOT_TYPED[step.text]
    if step.kind == "command" and other then
        return other.instead
    end
    return step.kind == "command" and not is_dangerous(step.text) and step.text or nil
end

local sources = command.root
local work

-- The pages show a home without a space in its name, and what is printed of a path depends on that.
setup(function()
    local pipe = assert(io.popen "mktemp -d /tmp/upnudge-home.XXXXXXXX")
    work = assert(pipe:read "l", "no place for temporary files")
    pipe:close()
end)

teardown(function()
    os.execute("rm -rf " .. command.quote(work))
end)

--- Programs that come before others on the PATH: an npm that reaches no registry, for no test needs a network,
--- and the Lua that this build is for. Where we are sanitised, whoever loads or links us needs the run-time of the
--- sanitiser too.
local function write_programs(directory)
    lfs.mkdir(directory)
    local lua = command.must("command -v %s", os.getenv "LUA" or "lua5.4"):match "%S.*%S"
    local preload = command.sanitised
        and "LD_PRELOAD=$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 " or ""
    command.write(directory .. "/npm", "#!/bin/sh\nexit 1\n")
    local jit = command.shell("command -v luajit").out:match "%S.*%S"
    for name, path in pairs { ["lua5.4"] = lua, luajit = jit } do
        command.write(directory .. "/" .. name, ("#!/bin/sh\n%sexec %s \"$@\"\n"):format(preload, command.quote(path)))
    end
    if command.sanitised then
        command.write(directory .. "/cc", "#!/bin/sh\nexec gcc -fsanitize=address,undefined \"$@\"\n")
    end
    os.execute("chmod +x " .. command.quote(directory) .. "/*")
end

--- The sources, without a thing of the person who runs the tests; what is written beside them stays apart.
local function link_sources(directory)
    lfs.mkdir(directory)
    for name in lfs.dir(sources) do
        if not name:find "^%." and not name:find "^build" then
            assert(lfs.link(sources .. "/" .. name, directory .. "/" .. name, true))
        end
    end
    assert(lfs.link(sources .. "/" .. command.build, directory .. "/build", true))
end

--- The script of a page. A line with a control character announces each step, and another one its end.
local function script_of(read, home)
    local lines = { "cd ~/upnudge" }
    for number, step in ipairs(read.steps) do
        local file = ("%s/step.%d"):format(home, number)
        if step.kind == "file" then
            command.write(file, step.text)
            lines[#lines + 1] = ("mkdir -p \"$(dirname %s)\" && cp %s %s"):format(step.path, command.quote(file), step.path)
        else
            command.write(file, typed(step) or "")
            lines[#lines + 1] = ("printf '\\001%d\\n'; . %s; printf '\\002%%d\\n' $?"):format(number, command.quote(file))
        end
    end
    return table.concat(lines, "\n") .. "\n"
end

--- Reads a page as a person does: {printed=, code=} of each step that is typed, by its number.
local function follow(read)
    local home = work .. "/" .. read.path:gsub("[/.]", "-")
    lfs.mkdir(home)
    link_sources(home .. "/upnudge")
    write_programs(home .. "/bin")
    command.write(home .. "/script", script_of(read, home))
    local all = command.shell(("env -i HOME=%s PATH=%s:\"$PATH\" LANG=C.UTF-8 TERM=dumb python3 %s %d bash %s"):format(
        command.quote(home), command.quote(home .. "/bin"), command.quote(sources .. "/tests/terminal.py"), HANG,
        command.quote(home .. "/script")))
    assert(all.err == "", all.err)
    local answers = {}
    for number, printed, code in all.out:gmatch "\1(%d+)\n(.-)\2(%d+)\n" do
        printed = printed:gsub("\27%[[%d;]*m", ""):gsub(home:gsub("%p", "%%%0"), "/home/me")
        answers[tonumber(number)] = { printed = printed, code = tonumber(code) }
    end
    return answers
end

--- Whether something later on the page names the file, as one names it: without what follows the dot, and a
--- strategy with a dash for each underscore.
local function is_used(read, number)
    local name = read.steps[number].path:match "([^/]+)%.%w+$"
    for later = number + 1, #read.steps do
        local text = read.steps[later].text
        if text:find(name, 1, true) or text:find((name:gsub("_", "-")), 1, true) then
            return true
        end
    end
    return false
end

--- What `--help` says of the command that the words begin with; nil: there is no such command.
local function help_of(words)
    local asked = { words[2] }
    if words[2] == "policy" or words[2] == "version" then
        asked[2] = words[3] and words[3]:match "^%l+$"
    end
    asked[#asked + 1] = "--help"
    local answer = command.run(table.unpack(asked))
    return answer.code == 0 and answer.out or nil
end

local function words_of(text)
    local words = {}
    for word in text:gmatch "%S+" do
        words[#words + 1] = word
    end
    return words
end

--- Faults of `upnudge …` in a line: a command or an option that there is not.
local function check_command(text)
    local words = words_of(text)
    if not words[2] or not words[2]:find "^%l" then
        return
    end
    local help = help_of(words)
    if not help then
        return "there is no such command"
    end
    for option in text:gmatch "%-%-%l[%l-]*" do
        if not help:find(option, 1, true) then
            return "it has no " .. option
        end
    end
end

local targets

--- Faults of `make …`: a target or a variable that there is not.
local function check_make(text)
    local makefile = command.read "Makefile"
    if not targets then
        targets = {}
        for list in makefile:gmatch "%.PHONY:([^\n]*)" do
            for name in list:gmatch "%S+" do
                targets[name] = true
            end
        end
    end
    for word in text:gmatch "%S+" do
        local variable = word:match "^(%u[%u_]*)="
        if variable and not makefile:find(variable, 1, true) then
            return "make knows no " .. variable
        elseif not variable and word:find "^%l" and word ~= "make" and not targets[word] then
            return "make has no target " .. word
        end
    end
end

local files

--- Every file and directory of the sources, directories with a slash behind them too.
local function source_files()
    if not files then
        files = {}
        local pipe = assert(io.popen "find core lua policies tests -printf '%p\n%p/\n'")
        for line in pipe:lines() do
            files[#files + 1] = line
        end
        pipe:close()
    end
    return files
end

--- Faults of a path: nothing is there.
local function check_path(text)
    local pattern = text:gsub("[%-.+]", "%%%0"):gsub("%*", "[^/]*"):gsub("%f[%w]%u[%u_]+%f[%W]", "[^/]*")
    for _, file in ipairs(source_files()) do
        if file:find("^" .. pattern .. "$") then
            return
        end
    end
    return "there is no such file"
end

local every_help

--- Faults of an option that stands alone: no command has it.
local function check_option(text)
    if not every_help then
        every_help = {}
        for name in command.run("--help").out:match("Commands:\n(.*)"):gmatch "\n?   (%l+) " do
            every_help[#every_help + 1] = command.run(name, "--help").out
        end
        for _, words in ipairs { { "policy", "check" }, { "policy", "verify" }, { "policy", "simulate" }, { "policy", "test" },
            { "policy", "reference" }, { "version", "compare" } } do
            every_help[#every_help + 1] = command.run(words[1], words[2], "--help").out
        end
    end
    local option = text:match "^%-%-%l[%l-]*"
    return not table.concat(every_help):find(option, 1, true) and "no command has it" or nil
end

local reference

--- Faults of `u.…`: the language has no such function.
local function check_word(text)
    reference = reference or command.run("policy", "reference", "--types").out
    local name = text:match "^u%.[%l_.]+"
    return not reference:find("function " .. name .. "(", 1, true) and "policies have no such word" or nil
end

--- Faults of another command in a line: nobody types it there.
local function check_other(text)
    return not NOT_TYPED[text] and "a command that is to be typed stands in a console block" or nil
end

local function check_span(text)
    if text:find "^upnudge " then
        return check_command(text)
    elseif text:find "^make " then
        return check_make(text)
    elseif text:find "^%-%-%l" then
        return check_option(text)
    elseif text:find "^u%.%l" then
        return check_word(text)
    elseif text:find "^core/" or text:find "^lua/" or text:find "^policies/" or text:find "^tests/" then
        return check_path(text)
    elseif text:find "^sudo " or text:find "^apt " or text:find "^cc " or text:find "^lua5%.4 "
        or text:find "^%u[%u_]*=[^%s\"]* %l" then
        return check_other(text)
    end
end

--- Faults of a link: its file, or the heading in it, is not there.
local function check_link(from, target)
    local file, anchor = target:match "^([^#]*)#?(.*)$"
    local path = file == "" and from or (from:match "^.*/" or "") .. file
    if target:find "^https?:" then
        return
    elseif not lfs.attributes(path) then
        return "there is no such file"
    elseif anchor ~= "" and not page.read(path).anchors[anchor] then
        return "there is no such heading"
    end
end

local function faults_of(list, check)
    local faults = {}
    for _, entry in ipairs(list) do
        local fault = check(entry.text)
        faults[#faults + 1] = fault and ("line %d: %s: %s"):format(entry.line, entry.text, fault)
    end
    return faults
end

for _, path in ipairs(PAGES) do
    describe(path, function()
        local read = page.read(path)
        local answers

        setup(function()
            answers = follow(read)
        end)

        it("keeps the manners of pages", function()
            assert.same({}, read.faults)
        end)

        it("names commands, options and files that there are", function()
            assert.same({}, faults_of(read.spans, check_span))
        end)

        it("links to what there is", function()
            assert.same({}, faults_of(read.links, function(target)
                return check_link(path, target)
            end))
        end)

        for number, step in ipairs(read.steps) do
            local title = ("line %d: %s"):format(step.line, (step.path or step.text):match "[^\n]+")
            if typed(step) then
                it(title, function()
                    local answer = assert(answers[number], "it did not come to an end")
                    assert.equal(step.code, answer.code, answer.printed)
                    -- What is piped is plain, the demo and the tests too.
                    assert.is_nil(answer.printed:find "\27", answer.printed)
                    assert(page.fits(step.shown, answer.printed), "it printed:\n" .. answer.printed)
                end)
            elseif step.kind == "file" then
                it(title .. " is used", function()
                    assert.is_true(is_used(read, number))
                end)
            elseif not NOT_TYPED[step.text] then
                it(title, function()
                    error "nobody types it, and NOT_TYPED does not say why"
                end)
            end
        end
    end)
end

describe("the pages", function()
    it("begin with one that is read in a few minutes", function()
        local length = page.read(PAGES[1]).length
        assert.is_true(length <= LENGTH, ("%d lines, %d at most"):format(length, LENGTH))
    end)

    it("have every command that is said to be typed by no test", function()
        local seen = {}
        for _, path in ipairs(PAGES) do
            local read = page.read(path)
            for _, list in ipairs { read.steps, read.spans } do
                for _, entry in ipairs(list) do
                    seen[entry.text] = true
                end
            end
        end
        for text in pairs(NOT_TYPED) do
            assert.is_true(seen[text], text)
        end
    end)

    it("name every room", function()
        for room, where in pairs { ["lua/README.md"] = { "lua", "lua/upnudge" }, ["core/README.md"] = { "core" },
            ["tests/README.md"] = { "tests" } } do
            local text = command.read(room)
            for _, directory in ipairs(where) do
                for name in lfs.dir(directory) do
                    if name:find "^%w" and lfs.attributes(directory .. "/" .. name, "mode") == "directory" then
                        assert.is_truthy(text:find(name .. "/", 1, true), ("%s does not name %s/%s"):format(room,
                            directory, name))
                    end
                end
            end
        end
    end)
end)
