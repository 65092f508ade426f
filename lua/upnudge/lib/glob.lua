--- Globs: "linux-*" and "*.acme.json". A star stands for anything, also for nothing; all else for itself.

local M = {}

---@alias upnudge.Glob string[] the pieces between the stars

--- What a glob asks for, made ready for many texts.
---@param glob string
---@return upnudge.Glob
function M.compile(glob)
    local pieces = {}
    for piece in (glob .. "*"):gmatch "([^*]*)%*" do
        pieces[#pieces + 1] = piece
    end
    return pieces
end

--- Whether the whole text is what the glob asks for. Each piece is taken where it first stands, so that no glob,
--- whoever wrote it, takes longer than one walk over the text for each of its pieces.
---@param pieces upnudge.Glob
---@param text string
---@return boolean
function M.takes(pieces, text)
    local first, last = pieces[1], pieces[#pieces]
    if #pieces == 1 then
        return text == first
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

--- Whether the whole text fits the glob.
---@param glob string
---@param text string
---@return boolean
function M.fits(glob, text)
    return M.takes(M.compile(glob), text)
end

return M
