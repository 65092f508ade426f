--- The cuts: the states that may be on the disk where the power goes before, between or after the calls of a recording.
---
--- After each call all that the disk leaves open is combined. Where that comes to no more than `most`, all
--- of it is given; else each single part that is left out of all, and each single part that alone is there, and of the
--- other combinations as many as make `most`, by a seed. Of the states of all calls together there are twenty times as
--- many at most, by that seed.

local core = require "upnudge.core"
local disk = require "crashes.disk"

local M = {}

local CALLS <const> = 20

---@class upnudge.crashes.State
---@field tree upnudge.crashes.Tree
---@field after integer the call after which the power goes
---@field is_last boolean whether that is the last one

---@class upnudge.crashes.Cuts
---@field states upnudge.crashes.State[] no two the same
---@field possible number how many combinations there are, those that come to the same included
---@field is_all boolean whether all that they come to is among the states

--- A name of what is in a tree: equal trees have equal ones.
---@param tree upnudge.crashes.Tree
---@return string
function M.digest(tree)
    local names, parts = {}, {}
    for name in pairs(tree) do
        names[#names + 1] = name
    end
    table.sort(names)
    for i, name in ipairs(names) do
        local inner = tree[name]
        parts[i] = name .. (type(inner) == "table" and "/" .. M.digest(inner) or "=" .. core.hash(inner)) .. "\n"
    end
    return core.hash(table.concat(parts))
end

--- Each combination, as which way of each choice is taken.
local function each_of_all(choices, visit)
    local taken = {}
    local function go(i)
        if i > #choices then
            return visit(taken)
        end
        for way = 1, #choices[i].ways do
            taken[i] = way
            go(i + 1)
        end
    end
    go(1)
end

--- Those that differ in one choice from all that was done (1), or from nothing of it (2).
local function each_single(choices, visit)
    for base = 1, 2 do
        local taken = {}
        for i = 1, #choices do
            taken[i] = base
        end
        for i, choice in ipairs(choices) do
            for way = 1, #choice.ways do
                taken[i] = way
                visit(taken)
            end
            taken[i] = base
        end
    end
end

local function some(choices, count, visit)
    for _ = 1, count do
        local taken = {}
        for i, choice in ipairs(choices) do
            taken[i] = math.random(#choice.ways)
        end
        visit(taken)
    end
end

local function combine(choices, most, visit)
    local possible = 1.0
    for _, choice in ipairs(choices) do
        possible = possible * #choice.ways
    end
    if possible <= most then
        each_of_all(choices, visit)
    else
        each_single(choices, visit)
        some(choices, most, visit)
    end
    return possible
end

--- What is seen after each call: what is left where the process is killed.
---@param tree upnudge.crashes.Tree before the first
---@param calls upnudge.crashes.Call[]
---@return upnudge.crashes.Tree[] the first before all calls
function M.seen(tree, calls)
    local on, list = disk.new(tree), { tree }
    for i, one in ipairs(calls) do
        on:make(one)
        list[i + 1] = on:seen()
    end
    return list
end

--- Leaves of a list so many, first those after the last call, which have to be more than others; whether it is all.
local function leave_out(list, most)
    local is_all, last = #list <= most, 0
    for i, state in ipairs(list) do
        if state.is_last then
            last = last + 1
            list[i], list[last] = list[last], state
        end
    end
    while #list > most do
        table.remove(list, math.random(math.min(last + 1, #list), #list))
    end
    return is_all
end

---@param tree upnudge.crashes.Tree before the first call
---@param calls upnudge.crashes.Call[]
---@param most integer combinations after one call
---@param seed integer
---@return upnudge.crashes.Cuts
function M.find(tree, calls, most, seed)
    math.randomseed(seed)
    local cuts, known = { states = {}, possible = 0, is_all = true }, {}
    local on = disk.new(tree)
    for i = 0, #calls do
        if i > 0 then
            on:make(calls[i])
        end
        -- After a sync there is nothing that was not there before it.
        if i == 0 or i == #calls or calls[i].call ~= "sync" then
            local choices = on:choices()
            local possible = combine(choices, most, function(taken)
                local left = on:left(choices, taken)
                local digest = M.digest(left)
                local state = known[digest]
                if not state then
                    state = { tree = left, after = i }
                    known[digest], cuts.states[#cuts.states + 1] = state, state
                end
                state.is_last = i == #calls
            end)
            cuts.possible, cuts.is_all = cuts.possible + possible, cuts.is_all and possible <= most
        end
    end
    cuts.is_all = leave_out(cuts.states, CALLS * most) and cuts.is_all
    return cuts
end

return M
