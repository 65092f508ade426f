--- Globs: "linux-*" and "*.acme.json". A star stands for anything, also for nothing; all else for itself.

--- The pieces between the stars.
local function pieces_of(glob)
    local pieces = {}
    for piece in (glob .. "*"):gmatch "([^*]*)%*" do
        pieces[#pieces + 1] = piece
    end
    return pieces
end

--- Whether the whole text fits the glob. Each piece is taken where it first stands, so that no glob, whoever wrote
--- it, takes longer than one walk over the text for each of its pieces.
---@param glob string
---@param text string
---@return boolean
return function(glob, text)
    local pieces = pieces_of(glob)
    local first, last = pieces[1], pieces[#pieces]
    if #pieces == 1 then
        return text == glob
    elseif #text < #first + #last or text:sub(1, #first) ~= first or text:sub(#text - #last + 1) ~= last then
        return false
    end
    local at, stop = #first + 1, #text - #last
    for i = 2, #pieces - 1 do
        local from, to = text:find(pieces[i], at, true)
        if not from or to > stop then
            return false
        end
        at = to + 1
    end
    return true
end
