--- Versions of Perl, made up, have the order that Perl's own `version` gives them, where there is a perl.

local command = require "command"
local core = require "upnudge.core"
local stage = require "stage"

local PAIRS <const> = 4000

-- A pair a line, parted by a blank; an answer a line: -1, 0, 1, or x where either is no version.
local PERL <const> = [[
    perl -Mversion -ne '
        my ($one, $other) = split;
        my $valid = version::is_lax($one) && version::is_lax($other);
        my $order = $valid ? eval { version->parse($one) <=> version->parse($other) } : undef;
        print $order // "x", "\n";
    ' < %s
]]

--- The next number below `count`, of a sequence that is always the same.
local state = 1
local function below(count)
    state = (state * 1103515245 + 12345) % 2147483648
    return state // 65536 % count
end

local function digits()
    local text = ""
    for _ = 1, 1 + below(below(4) == 0 and 8 or 3) do
        local at = 1 + below(7)
        text = text .. ("0012359"):sub(at, at)
    end
    return text
end

--- What is mostly a version: dotted or decimal, some with an underscore, some with a fault.
local function version()
    local parts = { digits() }
    for _ = 1, below(4) do
        parts[#parts + 1] = digits()
    end
    local text = (below(3) == 0 and "v" or "") .. table.concat(parts, ".")
    if below(6) == 0 then
        text = text .. "_" .. digits()
    end
    if below(25) == 0 then
        local at, fault = 1 + below(#text), 1 + below(4)
        text = text:sub(1, at) .. (".v_a"):sub(fault, fault) .. text:sub(at + 1)
    end
    return text
end

describe("the order of Perl's versions", function()
    it("is that of Perl", function()
        if command.shell("command -v perl").code ~= 0 then
            pending "no perl here"
            return
        end
        local pairs_of, lines = {}, {}
        for i = 1, PAIRS do
            pairs_of[i] = { version(), version() }
            lines[i] = table.concat(pairs_of[i], " ")
        end
        local directory = stage.bare()
        stage.finally(stage.strike)
        command.write(directory .. "/pairs", table.concat(lines, "\n") .. "\n")
        local answers, count = command.must(PERL, directory .. "/pairs"), 0
        for answer in answers:gmatch "[^\n]+" do
            count = count + 1
            local one, other = pairs_of[count][1], pairs_of[count][2]
            assert.are.equal(answer, tostring(core.version_compare(one, other, "perl") or "x"), one .. " " .. other)
        end
        assert.are.equal(PAIRS, count)
    end)
end)
