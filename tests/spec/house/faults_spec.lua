--- Faults (tests/injection/): of each operation some system calls fail, here those that one seed chooses.

local command = require "command"

-- It exits with this where nobody may be traced.
local CANNOT <const> = 77
local COLUMNS <const> = { "name", "calls", "requests", "faults", "old", "new", "other", "silent", "messages", "moved",
    "known", "wrong" }

if command.sanitised then
    pending "faults: who looks for leaks cannot be traced"
    return
end

--- The rows of operations, by their names, and all that was printed.
local function campaign(which, words)
    local result = command.shell(('BUILD="$build" SEED=1 %s /usr/bin/python3 "$root/tests/injection/faults.py" %s')
        :format(which, words))
    local rows, said = {}, result.out .. result.err
    for line in result.out:gmatch "| ([^\n]+) |\n" do
        local row = {}
        for cell in (line .. " | "):gmatch "(.-) | " do
            row[COLUMNS[#row + 1]], row[#row + 1] = tonumber(cell) or cell, cell
        end
        rows[row.name] = type(row.calls) == "number" and row or nil
    end
    return rows, result.code, said
end

local careless, code, heard = campaign("", "careless")
if code == CANNOT then
    pending "faults: this system lets nobody trace a process"
    return
end

describe("a fault", function()
    it("that does harm is seen", function()
        assert.equal(1, code, heard)
        assert.is_true(careless.careless.wrong > 0 and careless.careless.other > 0, heard)
        for _, harm in ipairs { "it said that it was done, and it was not", "from old", "left over", "raw words",
            "the notice was doubled", "no clear message" } do
            assert.is_truthy(heard:find(harm, 1, true), harm .. " was not seen: " .. heard)
        end
    end)

    it("of a system call does none, whatever operation it is of", function()
        local rows, failed, said = campaign("MOST=12", "")
        assert.equal(0, failed, said)
        local operations = 0
        for name, row in pairs(rows) do
            operations = operations + 1
            assert.is_true(row.faults == 12 and row.old + row.new + row.other == row.faults, name .. ": " .. said)
            -- Two processes do not take turns each time as they did.
            assert.is_true(row.moved <= row.faults // 4, name .. ": " .. said)
        end
        assert.is_true(operations > 15, said)
    end)

    it("does none where signals come all the time, and little is read and written at once", function()
        local rows, failed, said = campaign("PLAN=all", "")
        assert.equal(0, failed, said)
        assert.same({ 2, 0 }, { rows.host.faults, rows.host.moved }, said)
    end)

    it("in a directory that cannot be listed or looked at is told as that", function()
        for name, plan in pairs { forget = "0:getdents64", hook = "0:newfstatat" } do
            local rows, failed, said = campaign("PLAN=" .. plan, name)
            assert.equal(0, failed, said)
            assert.is_true(rows[name].messages > 0, said)
        end
    end)

    it("in a notice leaves it unsaid or said, and remembered as that", function()
        local rows, failed, said = campaign("MOST=60", "telling")
        assert.equal(0, failed, said)
        local row = rows["notify telling"]
        assert.is_true(row.old > 0 and row.new > 0 and row.silent > 0 and row.other == 0, said)
    end)
end)
