--- The list of what programs rely on that were compiled with an earlier upnudge.h, and the header itself as C and C++.

local command = require "command"

local HEADER <const>, LIST <const> = "lua/api/upnudge.h", "lua/api/upnudge.abi"

local work

before_each(function()
    work = command.directory()
end)

after_each(function()
    command.remove(work)
end)

--- What the tool says of a header that is ours but for some changes: pairs of a text and what stands in its place.
local function told(changes, words)
    local text = command.read(HEADER)
    for i = 1, #changes - 1, 2 do
        local before, after = text:find(changes[i], 1, true)
        text = text:sub(1, before - 1) .. changes[i + 1] .. text:sub(after + 1)
    end
    command.write(work .. "/upnudge.h", text)
    return command.shell("lua5.4 tests/lint/abi.lua %s %s " .. (words or ""), work .. "/upnudge.h", work .. "/list")
end

describe("the list of what programs rely on", function()
    before_each(function()
        command.write(work .. "/list", command.read(LIST))
    end)

    it("is up to date", function()
        assert.same({ out = "", err = "", code = 0 }, told {})
    end)

    local BREAKS <const> = {
        ["a value that is another"] = { "UPNUDGE_BUSY = 4", "UPNUDGE_BUSY = 6",
            "value UPNUDGE_BUSY was 4 and is 6, on which programs rely" },
        ["a field that comes between"] = { "    const char *policy;", "    int news, more;\n    const char *policy;",
            "field upnudge_options.policy was 24, 8, const char * and is 32, 8, const char *, on which programs rely" },
        ["a field of another type"] = { "    int64_t max_age;", "    double max_age;",
            "field upnudge_target.max_age was 40, 8, int64_t and is 40, 8, double, on which programs rely" },
        ["a field in padding"] = { "    int notified;", "    int notified;\n    int hidden;",
            "field upnudge_notice.hidden is new and stands at 12: the end of what was there is at 48" },
        ["a function that is gone"] = { "UPNUDGE_API void upnudge_flush(upnudge *u);", "",
            "function upnudge_flush is gone, on which programs rely" },
        ["a function with another parameter"] = { "(upnudge_check *check, const char *reason)",
            "(upnudge_check *check, int reason)", "function upnudge_check_fail was upnudge_status (upnudge_check *, const char *) "
            .. "and is upnudge_status (upnudge_check *, int), on which programs rely" },
        ["padding at the end"] = { "} upnudge_options;", "    int news;\n} upnudge_options;",
            "struct upnudge_options ends in padding, in which the next field would hide from its size: fill it" },
    }

    for what, case in pairs(BREAKS) do
        it("holds against " .. what .. ", be it made anew", function()
            for _, words in ipairs { "", "--write" } do
                local said = told(case, words)
                assert.equal(1, said.code)
                assert.is_truthy(said.out:find("abi: " .. case[3] .. "\n", 1, true), said.out .. said.err)
                assert.equal(command.read(LIST), command.read(work .. "/list"))
            end
        end)
    end

    it("takes what is new at the end, when it is made anew", function()
        local grown = { "} upnudge_notice;", "    int few, more; /* news */\n    void (*log)(const char *);\n} upnudge_notice;",
            "UPNUDGE_LATER = 5", "UPNUDGE_LATER = 5,\n    UPNUDGE_NEWS = 6" }
        -- As it would be written.
        grown[2] = grown[2]:gsub("int few, more;", "int few;\n    int more;")
        local said = told(grown)
        assert.equal(1, said.code)
        for _, line in ipairs { "struct upnudge_notice = 64 is new", "field upnudge_notice.log = 56, 8, void (*)(const char *) is new",
            "value UPNUDGE_NEWS = 6 is new", "make generated mends that" } do
            assert.is_truthy(said.out:find(line, 1, true), said.out)
        end
        assert.same({ out = "", err = "", code = 0 }, told(grown, "--write"))
        assert.same({ out = "", err = "", code = 0 }, told(grown))
        -- And from then on it stays.
        assert.is_truthy(told {}.out:find("field upnudge_notice.more is gone", 1, true))
    end)
end)

describe("the header", function()
    local USE <const> = [[#include "lua/api/upnudge.h"
        #include "lua/api/upnudge.h"
        int main(void) {
            upnudge_options options = UPNUDGE_OPTIONS_INIT;
            upnudge_activation activation = UPNUDGE_ACTIVATION_INIT;
            upnudge_target target = UPNUDGE_TARGET_INIT;
            upnudge_notice notice = UPNUDGE_NOTICE_INIT;
            return !(options.size == sizeof options && activation.size == sizeof activation && activation.terminal == -1
                && target.size == sizeof target && target.max_age == -1 && notice.size == sizeof notice
                && UPNUDGE_VERSION / 10000 == UPNUDGE_VERSION_MAJOR && upnudge_version() == UPNUDGE_VERSION);
        }
]]

    for compiler, language in pairs { gcc = "c11", ["g++"] = "c++11", clang = "c11", ["clang++"] = "c++11" } do
        it(("is %s without a warning, by %s"):format(language:upper(), compiler), function()
            if command.shell("command -v %s", compiler).code ~= 0 or command.sanitised and compiler:find "clang" then
                return pending(compiler .. " is not there, or has another sanitiser than the library")
            end
            command.write(work .. "/use.c", USE)
            command.must("%s -x %s -std=%s -Wall -Wextra -Wpedantic -Wmissing-field-initializers -Wconversion -Werror %s -I%s %s -o %s "
                .. '-L"$build" -lupnudge -Wl,-rpath,"$build"', compiler, language:match "^%D+", language, command.sanitised
                and "-fsanitize=address,undefined" or "-O1", command.root, work .. "/use.c", work .. "/use")
            assert.equal(0, command.shell("%s", work .. "/use").code)
        end)
    end
end)
