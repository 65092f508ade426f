--- The torture of notifiers (tests/torture/): what goes wrong is counted, and with us nothing goes wrong.

local command = require "command"

local COLUMNS <const> = { "title", "checks", "killed", "lost", "notices", "doubled", "forgotten", "torn", "crashed",
    "left", "waited" }

--- The row of a notifier after some rounds, by the names of its columns.
local function torture(name, rounds)
    local result = command.shell([[BUILD=$build BENCH=$root/tests/bench PLACE=$root LOG=/dev/null ROUNDS=%d SHELLS=4 \
        /usr/bin/python3 "$root/tests/torture/torture.py" %s=here -- %s]], rounds, name, name)
    local line = result.out:match "\n(| [^\n]+%(here%)[^\n]+)\n"
    assert(line, result.out .. result.err)
    local row = { code = result.code, err = result.err }
    for cell in line:gmatch "| ([^|]+) %f[|]" do
        row[COLUMNS[#row + 1]], row[#row + 1] = tonumber((cell:match "^%d+")) or cell, cell
    end
    return row
end

describe("the torture of notifiers", function()
    it("counts every mistake", function()
        local row = torture("careless", 2)
        for _, kind in ipairs { "lost", "notices", "doubled", "forgotten", "torn", "crashed", "left" } do
            assert(row[kind] > 0, kind .. " was not counted: " .. table.concat(row, ", "))
        end
    end)

    it("finds none of ours", function()
        local checks, notices = 0, 0
        -- On a busy machine the kills of few rounds may meet every check.
        for rounds = 2, 6, 2 do
            local row = torture("upnudge-separate-lock", rounds)
            assert.equal(0, row.code, row.err)
            for _, kind in ipairs { "lost", "doubled", "forgotten", "torn", "crashed", "left", "waited" } do
                assert.equal(0, row[kind], kind)
            end
            checks, notices = checks + row.checks, notices + row.notices
            if checks > 0 and notices > 0 then
                return
            end
        end
        error(("%d checks and %d notices"):format(checks, notices))
    end)
end)
