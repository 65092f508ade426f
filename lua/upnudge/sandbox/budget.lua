--- The budget that all of a policy's work is charged to. Runs in the policy VM.
---
--- The VM counts instructions by itself; work that one call does in C is charged here.

--- Takes `cost` instructions off the budget; ends the evaluation when it is spent. A function of C.
---@type fun(cost: number)
return charge
