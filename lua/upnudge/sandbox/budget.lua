--- The budget that all of a policy's work is charged to. Runs in the policy VM.
---
--- The VM counts instructions by itself; work that one call does in C is charged here.

--- Takes `cost` instructions off the budget; ends the evaluation when it is spent. Plain Lua, in
--- which modules of the VM are tested, has none.
---@type fun(cost: number)
return rawget(_G, "charge") or function() end
