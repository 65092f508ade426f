--- Hosts that call us as they should not: they hear so, in words, and nothing worse happens.

local command = require "command"
local stage = require "stage"

local NEW <const>, NOW <const> = stage.NEW, stage.NOW

local NO_HANDLE <const> = "usage: the handle is NULL: upnudge_open had no memory for it, or was not called"
local UNOPENED <const> = "usage: upnudge_open: state directory 'here' is not absolute"

--- Each call and what it answers.
local SAID <const> = {
    "nowhere for the handle: " .. NO_HANDLE,
    "options without a size: usage: upnudge_open: the size of the upnudge_options is 0; start it from UPNUDGE_OPTIONS_INIT",
    "options of a size that there is not: usage: upnudge_open: the size of the upnudge_options is 1048576; "
        .. "start it from UPNUDGE_OPTIONS_INIT",
    "app: usage: upnudge_open: app '../x': letters, digits, '.', '_' and '-' only, 128 at most",
    "state_dir: " .. UNOPENED,
    "then a notice: " .. UNOPENED,
    "then a check: " .. UNOPENED,
    "nor without an activation: " .. UNOPENED,
    "no handle: " .. NO_HANDLE,
    "no answer: usage: upnudge_notify: the upnudge_notice is NULL",
    "an answer without a size: usage: upnudge_notify: the size of the upnudge_notice is 0; start it from UPNUDGE_NOTICE_INIT",
    "no activation: usage: upnudge_notify: the upnudge_activation is NULL",
    "an activation without a size: usage: upnudge_notify: the size of the upnudge_activation is 0; "
        .. "start it from UPNUDGE_ACTIVATION_INIT",
    "no environment: usage: upnudge_notify: environment is NULL",
    "an empty environment: usage: upnudge_notify: environment is empty",
    "mode: usage: upnudge_notify: mode is 'bogus'; it may be one of 'activate', 'in-place', 'command'",
    "terminal: usage: upnudge_notify: terminal is 77; it may be -1 to 1",
    "active: usage: upnudge_notify: active is 7; it may be 0 to 1",
    "now: usage: upnudge_notify: now is -1; it may be 0 to 253402300799",
    "no handle: " .. NO_HANDLE,
    "nowhere for the check: usage: upnudge_check_begin: out is NULL",
    "no target: usage: upnudge_check_begin: the upnudge_target is NULL",
    "a target without a size: usage: upnudge_check_begin: the size of the upnudge_target is 0; start it from UPNUDGE_TARGET_INIT",
    "an empty environment: usage: upnudge_check_begin: environment is empty",
    "max_age: usage: upnudge_check_begin: max_age is -2; it may be -1 to 3153600000",
    "max_age: usage: upnudge_check_begin: max_age is 9223372036854775807; it may be -1 to 3153600000",
    "now: usage: upnudge_check_begin: now is 9223372036854775807; it may be 0 to 253402300799",
    "commit of nothing: " .. NO_HANDLE,
    "failure of nothing: " .. NO_HANDLE,
    "a check: ok",
    "no lockfile: usage: upnudge_check_commit: lockfile is NULL",
    "a negative length: usage: upnudge_check_commit: length is a negative number",
    "which goes on: ok",
    "twice: usage: upnudge_check_commit: the check has ended already",
    "failed after that: usage: upnudge_check_fail: the check has ended already",
    "no order: " .. NO_HANDLE,
    "no version: " .. NO_HANDLE,
    "no scheme: " .. NO_HANDLE,
}

before_each(function()
    stage.set()
end)

after_each(stage.strike)

describe("what a host does wrong", function()
    it("is told in words that name the function, the field and the value", function()
        local said = command.must('"$build/tests/host/misuse" "$state" "$env" %d %s', NOW, NEW)
        assert.equal(table.concat(SAID, "\n") .. "\n", said)
    end)
end)

describe("a handle that is closed before its checks", function()
    it("serves them, and goes with the last", function()
        command.must 'cp -r "$env" "$work/other"'
        local said = command.must('"$build/tests/host/late" "$state" "$env" "$work/other" %d %s', NOW, NEW)
        assert.equal("one: 0 \nother: 0 \na notice: 2 upnudge_notify: the handle is closed\n"
            .. "a third: 2 upnudge_check_begin: the handle is closed\n"
            .. "commit of no lockfile: 1 the upgraded lockfile: valid JSON, but no lockfile that upnudge knows; "
            .. "`upnudge formats` lists them\ncommit: 0 \none again: 0 \nand again: 0 \n", said)
        assert.is_truthy(command.must '"$upnudge" show "$work/other" --state-dir "$state"':find("curl  8.9.0 -> 8.10.1", 1, true))
    end)
end)
