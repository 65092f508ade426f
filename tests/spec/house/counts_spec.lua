--- What key operations cost is what is kept in tests/bench/counts: a tenth more fails, and so does a tenth less, until that
--- is kept.

local command = require "command"
local counts = require "counts"

describe("an operation costs", function()
    local place

    setup(function() place = not command.sanitised and counts.place() end)
    teardown(function() return place and place:close() end)

    --- Every operation, so that one run tells of all. `slack`: what each may be off beside the margin.
    local function compare(counter, which, slack)
        local kept, messages = counts.kept(), {}
        for _, operation in ipairs(place.operations) do
            local was = kept[operation.name] and kept[operation.name][which]
            assert(was, ("%s has no %s; say `%s`"):format(counts.FILE, operation.name, counts.COMMAND))
            local is = place:least(counter, operation, function(count)
                return not counts.judge(operation.name, counter.unit, count, was, slack)
            end)
            messages[#messages + 1] = counts.judge(operation.name, counter.unit, is, was, slack)
        end
        assert(not messages[1], table.concat(messages, "\n"))
    end

    it("the instructions that are kept", function()
        if command.sanitised then
            return pending "a sanitised program is another one"
        elseif not place:has(counts.INSTRUCTIONS) then
            return pending "there is no valgrind that runs here"
        end
        local kept, here = counts.kept().made_by, counts.made_by()
        if kept ~= here then
            return pending(("what is kept was made by %s; this was made by %s"):format(kept, here))
        end
        compare(counts.INSTRUCTIONS, "instructions")
    end)

    it("the system calls that are kept", function()
        if command.sanitised then
            return pending "a sanitised program is another one"
        elseif not place:has(counts.CALLS) then
            return pending "strace is not there, or may not look"
        end
        -- Every C library asks for memory in its own way.
        compare(counts.CALLS, "calls", counts.kept().made_by ~= counts.made_by() and 5 or 0)
    end)
end)

describe("a count", function()
    it("may be a tenth above what is kept, or below, and else says what it is, what it was and what to do", function()
        for _, is in ipairs { 90, 100, 110 } do
            assert.is_nil(counts.judge("check", "instructions", is, 100))
        end
        assert.is_nil(counts.judge("parse", "system calls", 16, 10, 5))
        assert.is_truthy(counts.judge("parse", "system calls", 17, 10, 5))
        assert.equal("check: 111 instructions, kept are 100 (+11.0 %): find out what made it dearer; if it has to be so, say "
            .. "`make bench-counts` and commit tests/bench/counts", counts.judge("check", "instructions", 111, 100))
        assert.equal("check: 8 system calls, kept are 9 (-11.1 %): it got cheaper; so that it stays so, say "
            .. "`make bench-counts` and commit tests/bench/counts", counts.judge("check", "system calls", 8, 9))
    end)

    it("of system calls begins where the loader ends", function()
        local start = "1 execve() = 0\n1 mprotect(0x1, 4096, PROT_READ|PROT_WRITE) = 0\n1 mprotect(0x2, 4096, PROT_READ) = 0\n"
            .. "1 mprotect(0x3, 4096, PROT_READ) = 0\n"
        assert.equal(3, counts.CALLS.count(start .. "1 openat() = 3\n2 read( <unfinished ...>\n1 --- SIGALRM ---\n"
            .. "2 <... read resumed>) = 0\n1 mprotect(0x4, 4096, PROT_READ) = 0\n"))
        assert.equal(2, counts.CALLS.count "1 execve() = 0\n1 exit_group(0) = ?\n")
        assert.is_nil(counts.CALLS.count "strace: ptrace: Operation not permitted\n")
    end)
end)
