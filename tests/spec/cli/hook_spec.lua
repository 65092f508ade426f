--- upnudge hook, in the real shells at a terminal. Where nothing is to be said, a session with the hook shows what one
--- without it shows, byte by byte, and leaves the same behind.

local command = require "command"
local stage = require "stage"

-- Seconds after which a session counts as hanging; it takes a fraction of one.
local HANG <const> = 120
-- As tests/typing.py says.
local COLUMNS <const> = 400
local NOTICE <const> = "2 version changes and 1 rebuild available in webshop"

--- How each shell is started for `rc`, what it begins with, and our line in it.
local SHELLS <const> = {
    bash = { start = 'bash --noprofile --rcfile "$work/rc"', rc = "PS1='ready> '\nHISTFILE=\n",
        hook = 'eval "$("$hooked" hook bash)"' },
    zsh = { start = "zsh --no-global-rcs", rc = "PS1='ready> '\n", hook = 'eval "$("$hooked" hook zsh)"' },
    fish = { start = "fish --init-command='source \"$work/rc\"'", hook = '"$hooked" hook fish | source',
        rc = "function fish_prompt\n printf 'ready> '\nend\nfunction fish_greeting\nend\n" },
}
local NAMES <const> = { "bash", "zsh", "fish" }

local work

--- The program that the hooks call: it says in which directory it was called, waits if it shall, and is upnudge then.
local CALLED <const> = [[#!/bin/bash
if [ "$1" = notify ]; then
    printf '%s\0' "$(pwd -P; printf %s "$*")" >>"$work/calls"
    if [ -e "$work/hold" ]; then
        # bash goes on after a command that Ctrl-C met and that ended well, as mv does.
        trap 'trap - INT; kill -INT "$$"' INT
        mv "$work/hold" "$work/held"
        until [ -e "$work/release" ]; do sleep 0.02; done
    fi
fi
exec -a "$0" "$upnudge" "$@"
]]

before_each(function()
    work = stage.set()
    -- What each shell has to quote.
    local place = work .. "/it's \\ a $(bin)"
    command.variables.hooked = place .. "/upnudge"
    command.must("mkdir -p %s \"$work/a\" \"$work/b\" \"$work/A\" \"$work/home/data/fish/generated_completions\"", place)
    command.write(command.variables.hooked, CALLED)
    command.must('chmod +x "$hooked"; ln -s "$work/rc" "$work/.zshrc"')
end)

after_each(function()
    command.variables.hooked = nil
    stage.strike()
end)

-- Nothing of the person who runs the tests, and no look for manual pages.
local VARIABLES <const> = 'HOME="$work/home" XDG_CONFIG_HOME="$work/home" XDG_DATA_HOME="$work/home/data" '
    .. 'XDG_CACHE_HOME="$work/home" ZDOTDIR="$work" TERM=xterm LC_ALL=C.UTF-8'

local function read_calls()
    local calls = {}
    for directory, words in (command.read(work .. "/calls") or ""):gmatch "([^%z]-)\n([^\n%z]*)%z" do
        assert.equal("notify --project --check --exit-code", words)
        calls[#calls + 1] = directory:gsub("^" .. work:gsub("%p", "%%%0") .. "/?", "")
    end
    return calls
end

--- What somebody sees who types the lines into a shell, and what is in $work/out then; `calls` are the directories in
--- which we were called. A line that begins with @ is a word of tests/typing.py.
---@param name string
---@param lines string[]
---@param rc string? what the shell begins with; its hook alone unless given
---@param start string? how it is started
---@return {shown: string, out: string, calls: string[], code: integer}
local function session(name, lines, rc, start)
    local steps, shell = {}, SHELLS[name]
    for i, line in ipairs(lines) do
        steps[i] = line:match "^@(.*)" or "line " .. line
    end
    command.must 'rm -f "$work/out" "$work/calls" "$work/home/data/fish/fish_history" "$work/home/fish/fish_variables"'
    command.write(work .. "/rc", shell.rc .. (rc or shell.hook) .. "\n")
    command.write(work .. "/steps", table.concat(steps, "\n") .. "\nline exit\n")
    local said = command.shell(('cd "$work" && env %s python3 "$root/tests/typing.py" %d "ready> " %s <"$work/steps"'):format(
        VARIABLES, HANG, start or shell.start))
    assert.equal("", said.err)
    return { shown = said.out, out = command.read(work .. "/out") or "", calls = read_calls(), code = said.code }
end

--- The session with the hook, which is to be as without it. Where `rc` says HOOK, there is the hook.
local function expect_same(name, lines, rc, start, tries)
    local with = session(name, lines, (rc:gsub("HOOK", function() return SHELLS[name].hook end)), start)
    local without = session(name, lines, (rc:gsub("HOOK", ":")), start)
    assert.equal(without.out, with.out, rc)
    assert.not_equal("", with.out)
    -- fish paints a line several times, more or fewer as it comes to it.
    if name ~= "fish" then
        local function steady(text)
            return (text:gsub("%[1%] %d+", "[1] PID"))
        end
        -- How a shell paints what is typed ahead of it is a matter of moments; what the hook does, it does each time.
        if steady(without.shown) ~= steady(with.shown) and (tries or 1) < 3 then
            return expect_same(name, lines, rc, start, (tries or 1) + 1)
        end
        assert.equal(steady(without.shown), steady(with.shown), rc)
    end
    return with
end

--- Which column the cursor is in when so much has been shown.
local function column_after(shown)
    local column = 0
    for byte in shown:gsub("\27%[[?>%d;]*%a", ""):gsub("\27[=>]", ""):gsub("\27%][^\7]*\7", ""):gmatch "." do
        if byte == "\r" then
            column = 0
        elseif byte >= " " then
            column = column == COLUMNS and 1 or column + 1
        end
    end
    return column
end

local function count(text, words)
    local found, at = 0, 1
    while true do
        local first, last = text:find(words, at, true)
        if not first then
            return found
        end
        found, at = found + 1, last + 1
    end
end

local function check_webshop()
    command.must(('env %s "$upnudge" check "$env" --new "$new"'):format(VARIABLES))
end

for _, name in ipairs(NAMES) do
    describe("the hook of " .. name, function()
        it("speaks of the project, once, at the beginning of a line, and the status stays", function()
            check_webshop()
            local failing = name == "fish" and "false" or "(exit 7)"
            local status = name == "fish" and "$status $pipestatus" or name == "zsh" and "$? $pipestatus" or "$? ${PIPESTATUS[*]}"
            local said = session(name, { 'cd "$env"; printf word; ' .. failing, 'echo "' .. status .. '" >"$work/out"', "cd ..",
                'cd "$env"' })
            assert.equal(name == "fish" and "1 1\n" or "7 7\n", said.out)
            assert.equal(1, count(said.shown, NOTICE), said.shown)
            assert.equal(0, column_after(said.shown:sub(1, said.shown:find(NOTICE, 1, true) - 1)), said.shown)
            assert.same({ "", "webshop", "", "webshop" }, said.calls)
        end)

        it("asks where it is while a check goes on, and says what came of it without that anybody goes away", function()
            local lock = '{ "lockfileVersion": 3, "packages": { "": {}, "node_modules/left": { "version": "%s" } } }\n'
            local npm = '#!/bin/sh\n[ "$1" = --version ] && exit\nuntil [ -e "$work/go" ]; do sleep 0.05; done\n'
                .. "cat >package-lock.json <<'END'\n" .. lock:format "1.1.0" .. "END\n"
            local await = ': >"$work/go"; until [ -n "$("$hooked" prompt)" ]; do sleep 0.05; done\n'
            command.must 'mkdir "$work/mine" "$work/bin"'
            for file, text in pairs { ["bin/npm"] = npm, await = await, ["mine/package.json"] = "{}",
                ["mine/package-lock.json"] = lock:format "1.0.0" } do
                command.write(work .. "/" .. file, text)
            end
            command.must 'chmod +x "$work/bin/npm"'
            local start = 'env PATH="$work/bin:$PATH" ' .. SHELLS[name].start
            local said = session(name, { "cd mine", "true", 'sh "$work/await"', "true" }, nil, start)
            assert.same({ "", "mine", "mine", "mine" }, said.calls)
            assert.equal(1, count(said.shown, "1 version change available in mine"), said.shown)
        end)

        it("takes nothing of what is typed meanwhile", function()
            command.must ': >"$work/hold"'
            local said = session(name, { "@wait " .. work .. "/held", '@keys echo typed >"$work/out"\\r',
                "@make " .. work .. "/release", "true" })
            assert.equal("typed\n", said.out)
        end)

        it("may be interrupted", function()
            local said = session(name, { 'touch "$work/hold"; cd a', "@wait " .. work .. "/held", "@keys \\x03",
                'echo here >>"$work/out"; echo error >&2', "cd ../b" })
            assert.equal("here\n", said.out)
            assert.is_truthy(said.shown:find "error\r?\n")
            assert.same({ "", "a", "b" }, said.calls)
        end)

        it("copes with whatever a directory is called", function()
            local names = { "it's", 'a "b"', "$(touch never)`touch never`", "\\n", "two\nlines", "*", "-n", "caf\u{e9}", "\xe9" }
            local lines, expected = {}, { "" }
            for i, odd in ipairs(names) do
                command.must("mkdir -- \"$work\"/%s && ln -s -- \"$work\"/%s \"$work/odd.%d\"", odd, odd, i)
                lines[#lines + 1] = ('cd -P "$work/odd.%d"'):format(i)
                expected[#expected + 1] = odd
            end
            if name == "fish" then
                for i = 1, #lines do
                    lines[i] = ('cd (realpath "$work/odd.%d" | string collect)'):format(i)
                end
            end
            assert.same(expected, session(name, lines).calls)
            assert.equal("", command.must 'find "$work" -name never')
        end)

        it("is silent where its directory or its program is gone", function()
            local said = session(name, { "mkdir c; cd c", 'rmdir "$work/c"', 'cd "$work/a"', 'rm "$hooked"', "cd ../b",
                'echo here >"$work/out"' })
            assert.equal("here\n", said.out)
            assert.same({ "", "c", "a" }, said.calls)
            assert.is_nil(said.shown:find("upnudge: ", 1, true) or said.shown:find "No such file" or said.shown:find "not found",
                said.shown)
        end)

        it("is of no shell that nobody types into", function()
            local words = name == "fish" and "functions -q __upnudge_prompt; or echo none"
                or "typeset -f __upnudge_prompt __upnudge_precmd || echo none"
            command.write(work .. "/script", SHELLS[name].hook .. "\n" .. words)
            assert.equal("none\n", command.must(('env %s %s "$work/script"'):format(VARIABLES,
                name == "bash" and "bash -eu" or name == "zsh" and "zsh -f -eu" or "fish")))
        end)

        it("asks once where the directory is another, though it is there twice, and again in a shell within", function()
            local twice = SHELLS[name].hook .. "\n" .. SHELLS[name].hook
            local said = session(name, { "true", "cd a", SHELLS[name].hook, "cd ../b; cd ../a", "cd ../b", "cd ../a",
                SHELLS[name].start, "cd ../b", "exit", "true" }, twice)
            assert.same({ "", "a", "b", "a", "a", "b" }, said.calls)
            assert.equal(0, said.code)
        end)

        it("asks again after a day, and when the clock went back", function()
            local set = name == "fish" and "set -g __upnudge_last (math $__upnudge_last %s)"
                or "__upnudge_last=$((__upnudge_last %s))"
            local said = session(name, { "cd a", set:format "- 80000", set:format "- 6400", "true", set:format "+ 1000", "true" })
            assert.same({ "", "a", "a", "a" }, said.calls)
        end)

        it("starts one process at a prompt where it asks, and none where it does not", function()
            if command.sanitised or command.shell("strace -o /dev/null true").code ~= 0 then
                return pending "strace cannot be used here, or a sanitised program starts one more that looks for leaks"
            end
            check_webshop()
            command.must 'ln -sf "$upnudge" "$hooked"'
            local mark = name == "fish" and "command true" or "/bin/true"
            local said = session(name, { 'cd "$env"', "cd ..", mark .. " begin", "true", "false", "true", 'cd "$env"', "true",
                "cd ../a", "true", mark .. " end" }, nil,
                'strace -f -s 1000 -o "$work/trace" -e trace=execve,clone,clone3,fork,vfork ' .. SHELLS[name].start)
            assert.equal(1, count(said.shown, NOTICE), said.shown)
            local between = command.read(work .. "/trace"):match '"begin"%].-\n(.*)\n[^\n]*"end"%]'
            local started = 0
            for line in between:gmatch "[^\n]+" do
                if line:find "[%s>]v?fork%(" or line:find "clone3?%(" and not line:find("CLONE_THREAD", 1, true) then
                    started = started + 1
                end
            end
            -- The last one is the mark's.
            assert.equal(2 + 1, started, between)
        end)
    end)
end

--- Lines that tell of everything that a shell keeps, with what is asked in between.
local BASH_LINES <const> = {
    "! true", 'echo "$? ${PIPESTATUS[*]} $_" >>"$work/out"',
    'cd "$work/a"; ! (exit 3) | true last', 'echo "$? ${PIPESTATUS[*]} $_" >>"$work/out"', "true some last", 'echo "$_" >>"$work/out"',
    'sleep 20 & mine=$!; cd "$work/b"', '[ "$mine" = "$!" ]; jobs >>"$work/out"; disown %1; kill "$mine"',
    'history >>"$work/out"; trap >>"$work/out"; { set -o; shopt; } >>"$work/out"', 'cd "$work/A"; printf word', "echo",
}

--- What a bash may be like; what stands behind the hook was done after it.
local BASHES <const> = {
    plain = "HOOK",
    ["that ends at whatever fails"] = "set -euE; set -o pipefail; trap 'echo failed' ERR; unset PROMPT_COMMAND\nHOOK\nHOOK",
    ["in which much means something else"] = "shopt -s nullglob failglob nocasematch extdebug extglob; set -o noclobber; set -f; "
        .. "IFS='_1p/ '; for word in 'printf' builtin command declare test; do "
        .. "eval \"$word() { echo SHADOW; }\"; alias $word='echo ALIAS'; done; alias return=false :=false; HOOK",
    ["with a string of commands"] = "PROMPT_COMMAND='seen=$?; '; HOOK; "
        .. "PROMPT_COMMAND=\"$PROMPT_COMMAND echo \\$seen; false\"",
    ["with commands in an array"] = "PROMPT_COMMAND=('seen=(\"${PIPESTATUS[@]}\")' 'echo \"${seen[*]}\"'); HOOK",
    ["with a command that stays"] = "readonly PROMPT_COMMAND='echo mine'; HOOK",
    ["in POSIX mode"] = "HOOK; set -o posix",
}

local ZSH_LINES <const> = {
    "! true", 'echo "$? ${pipestatus[*]} $_" >>"$work/out"',
    'cd "$work/a"; (exit 3) | true last', 'echo "$? ${pipestatus[*]} $_" >>"$work/out"', "true some last", 'echo "$_" >>"$work/out"',
    'cd "$work/b"; true other last', 'echo "$_" >>"$work/out"',
    'sleep 20 & mine=$!; cd "$work/a"', '[[ $mine = $! ]]; jobs >>"$work/out"; disown %1; kill "$mine"',
    'fc -l >>"$work/out"; trap >>"$work/out"; setopt >>"$work/out"', 'cd "$work/A"; printf word', "echo",
}

local ZSHS <const> = {
    ["that ends at whatever fails"] = "setopt ERR_EXIT NO_UNSET; TRAPZERR() { echo failed; }\nHOOK\nHOOK",
    ["in which much means something else"] = "setopt KSH_ARRAYS SH_WORD_SPLIT NO_NOMATCH GLOB_SUBST RC_QUOTES WARN_CREATE_GLOBAL "
        .. "WARN_NESTED_VAR PRINT_EXIT_VALUE; REPORTTIME=100; IFS='_1p/ '; for word in 'printf' builtin command test; do "
        .. "eval \"$word() { echo SHADOW; }\"; alias $word='echo ALIAS'; done; alias local=false typeset=false emulate=false :=false\n"
        .. "HOOK",
    ["with hooks of others"] = "autoload -Uz add-zsh-hook; before() { echo $?; }; add-zsh-hook precmd before; "
        .. "HOOK; after() { echo $? $pipestatus; false; }; add-zsh-hook precmd after; chpwd() { false; }",
    ["with hooks that stay"] = "before() { echo $?; }; precmd_functions=(before); readonly precmd_functions; HOOK",
    ["that is like ksh"] = "emulate ksh; HOOK; setopt PROMPT_SP PROMPT_CR",
}

local FISH_LINES <const> = {
    "false", 'echo "$status $pipestatus" >>"$work/out"',
    'cd "$work/a"; true | false | true', 'echo "$status $pipestatus" >>"$work/out"',
    'cd "$work/b"; false | true | false', 'echo "$status $pipestatus" >>"$work/out"',
    'sleep 20 & set mine $last_pid; cd "$work/a"', 'test "$mine" = "$last_pid"; and jobs -c >>"$work/out"; disown; kill "$mine"',
    'builtin history search --null >>"$work/out"; set -Un >>"$work/out"; set -xn >>"$work/out"', 'cd "$work/A"; printf word', "echo",
}

local FISHES <const> = {
    ["in which much means something else"] = "for word in path math date\n"
        .. "eval 'function '$word'; echo SHADOW; end'\nend\nHOOK\nHOOK",
    ["with functions for the same event"] = "function before --on-event fish_prompt\necho $status >>\"$work/out\"\nend\nHOOK\n"
        .. "function after --on-event fish_prompt\necho $status >>\"$work/out\"\nend",
}

for name, kind in pairs { bash = { BASHES, BASH_LINES }, zsh = { ZSHS, ZSH_LINES }, fish = { FISHES, FISH_LINES } } do
    describe(name .. ", with the hook as without it,", function()
        for what, rc in pairs(kind[1]) do
            it(what, function()
                local calls = expect_same(name, kind[2], rc).calls
                local expected = name == "bash" and { "", "a", "b", "A" } or { "", "a", "b", "a", "A" }
                assert.same(what:find " stays?$" and {} or expected, calls)
            end)
        end

        it("that says what it does", function()
            local tracing = name == "fish" and "set -g fish_trace 1" or "set -x"
            expect_same(name, { tracing, "cd a", "cd ../b", "true", 'echo here >"$work/out"' }, "HOOK")
        end)
    end)
end

describe("the hook of bash", function()
    it("loses no word of a job that ends meanwhile", function()
        command.must 'mkdir "$work/c"'
        local said = session("bash", { '{ until [ -e "$work/over" ]; do sleep 0.02; done; : >"$work/gone"; } & cd a',
            'touch "$work/hold"; cd ../b', "@wait " .. work .. "/held", "@make " .. work .. "/over", "@wait " .. work .. "/gone",
            "@make " .. work .. "/release", "cd ../c", "true" })
        assert.equal(1, count(said.shown, "[1]+  Done"), said.shown)
        assert.same({ "", "a", "b", "c" }, said.calls)
    end)

    it("is no command of the person's for who looks into PROMPT_COMMAND", function()
        -- As bash-preexec tells them apart.
        local rc = [=[turn_on() { on=1; }
            seen() { [[ ${on-} ]] || return 0; on=; local IFS=$'\n;' line
                for line in $PROMPT_COMMAND; do [[ $line == "$BASH_COMMAND" ]] && return 0; done; echo "ran $BASH_COMMAND"; }
            trap seen DEBUG; PROMPT_COMMAND=turn_on]=]
        local said = session("bash", { "true", "", "", "cd a", "", "true" }, rc .. "\n" .. SHELLS.bash.hook)
        assert.is_nil(said.shown:find("ran {", 1, true) or said.shown:find("ran __", 1, true), said.shown)
        assert.equal(4, count(said.shown, "ran "), said.shown)
    end)

    it("stays beside direnv, before it and after it", function()
        if command.shell("command -v direnv").code ~= 0 then
            return pending "direnv is not here"
        end
        check_webshop()
        command.must(('echo "export SEEN=1" >"$env/.envrc" && env %s direnv allow "$env/.envrc"'):format(VARIABLES))
        local direnv, ours = 'eval "$(direnv hook bash)"', SHELLS.bash.hook
        for _, rc in ipairs { direnv .. "\n" .. ours, ours .. "\n" .. direnv } do
            local said = session("bash", { 'cd "$env"; (exit 7)', 'echo "$? $SEEN" >"$work/out"' }, rc)
            assert.equal("7 1\n", said.out)
            assert.same({ "", "webshop" }, said.calls)
        end
    end)

    it("is not needed by who has direnv ask", function()
        if command.shell("command -v direnv").code ~= 0 then
            return pending "direnv is not here"
        end
        check_webshop()
        command.must(([[mkdir "$work/home/direnv"
            echo 'use_upnudge() { upnudge notify --project --check </dev/null; }' >"$work/home/direnv/direnvrc"
            echo 'use upnudge' >"$env/.envrc" && env %s direnv allow "$env/.envrc"]]):format(VARIABLES))
        local said = session("bash", { 'cd "$env"', "true" }, 'PATH="$build:$PATH"; eval "$(direnv hook bash)"')
        assert.equal(1, count(said.shown, NOTICE), said.shown)
    end)
end)

describe("the hook", function()
    it("is none for a shell that may run nothing", function()
        for _, shell in ipairs { "bash", "zsh" } do
            local said = session(shell, { "true", "true" }, nil, SHELLS[shell].start:gsub("^%a+", "%0 --restricted"))
            assert.is_nil(said.shown:find("restrict", 1, true), said.shown)
            assert.same({}, said.calls)
        end
    end)

    it("brings a project that nobody knows to a notice", function()
        command.must [[mkdir "$work/bin" "$work/shop"; cp "$root/tests/fixtures/webshop/package"* "$work/shop"
            printf '#!/bin/sh\ncp "$root/tests/fixtures/webshop/upgraded.json" package-lock.json\n' >"$work/bin/npm"
            [ -e "$work/shop/package.json" ] || echo '{}' >"$work/shop/package.json"
            chmod +x "$work/bin/npm"]]
        local rc = 'PATH="$work/bin:$PATH"; ' .. SHELLS.bash.hook
        assert.is_nil(session("bash", { "cd shop" }, rc).shown:find "shop%.")
        stage.await("the check", function()
            return command.shell(('env %s "$upnudge" show "$work/shop"'):format(VARIABLES)).code == 0
        end)
        assert.is_truthy(session("bash", { "cd shop" }, rc).shown:find("3 version changes of your packages and 1 of theirs "
            .. "available in shop.", 1, true))
    end)

    it("says where it belongs, and what was meant", function()
        for name, file in pairs { bash = "~/.bashrc", zsh = "~/.zshrc", fish = "config.fish" } do
            local help = command.must('"$upnudge" hook %s --help', name)
            assert.is_truthy(help:find(file, 1, true) and help:find("upnudge hook " .. name, 1, true), help)
        end
        local said = command.shell '"$upnudge" hook bahs'
        assert.same({ "", 2 }, { said.out, said.code })
        assert.is_truthy(said.err:find("Did you mean 'bash'?", 1, true), said.err)
        said = command.shell 'SHELL=/usr/bin/zsh "$upnudge" hook'
        assert.same({ "", 2 }, { said.out, said.code })
        assert.is_truthy(said.err:find("did you mean 'upnudge hook zsh'?", 1, true), said.err)
    end)

    it("calls the program that was called, wherever it was found", function()
        local there = command.must [[mkdir "$work/bin" && ln -s "$upnudge" "$work/bin/upnudge" && cd "$work/bin" && pwd -P]]
            :match "[^\n]+" .. "/upnudge"
        for _, call in ipairs { 'PATH="$work/bin:$PATH" upnudge', 'cd "$work" && PATH="bin:$PATH" upnudge',
            'cd "$work" && bin/upnudge', 'cd "$work/bin" && PATH=":$PATH" upnudge' } do
            assert.is_truthy(command.must(call .. " hook bash"):find("\n__upnudge_program=" .. command.quote(there) .. "\n", 1, true), call)
        end
    end)
end)
