--- Limits: how long what strangers write may be where it enters; bytes, unless a name says otherwise. One table for all
--- of it, but for the sizes of files, which upnudge.record.files has, and for what core refuses (UN_LOCKFILE_LIMIT,
--- UN_NAME_LIMIT, UN_URL_LIMIT).
---
--- What is longer is cut, and ends in "…" so that nobody takes it for the whole; of a list, what is too much is counted
--- and not listed. No name or version of a real lockfile that we know is as long.

local M = {
    --- Of a package, in records, notices and policies; `parse` and `diff` tell the whole. npm allows 214.
    NAME = 214,
    --- Of a version, and of what else a change says: system, group, revisions.
    VERSION = 256,
    --- Of a package's page, UN_URL_LIMIT. A longer one is none, for one that is cut leads elsewhere.
    LINK = 512,
    --- What an environment is called, by its project, its host or a person.
    PROJECT = 128,
    --- What a person runs for details, what is run in the environment, and what an attribute or a variable says.
    COMMAND = 1024,
    --- The name of an attribute or of a variable that a policy reads, and how many there are of either.
    WORD = 64,
    SAID = 32,
    --- The name of a locale, as the environment has it, of a host tool, and of a user or a machine.
    LOCALE = 64,
    APP = 128,
    WHO = 256,
    --- Why a check failed, and why somebody is told or not.
    REASON = 500,
    --- The same with what is around it, as paths; and every other message that is handed out.
    WORDS = 2000,
    --- A line for a host's own log.
    LOGGED = 2000,
    --- What a rule is called.
    RULE = 128,
    --- Where a database is.
    URL = 2048,

    --- How many changes a check takes, which is a hundred times what the largest lockfiles have, and how long a
    --- lockfile may be that is read in the checking process itself: some tenths of a second.
    FOUND = 250000,
    AT_ONCE = 1 << 20,
    --- How many changes a record lists one by one, and how many of them a policy sees that looks at them.
    CHANGES = 20000,
    LISTED = 2000,
    --- How many packages one list ignores, and how many of them with a star.
    IGNORED = 1000,
    STARS = 100,
    --- How many packages a check is told that mend a security problem.
    FIXES = 20000,
    --- How many findings of a scanner a check looks at, how many packages it lists that stay exposed, and how long an
    --- id, an address and a title may be.
    FINDINGS = 5000,
    EXPOSED = 500,
    ADVISORY_ID = 64,
    ADVISORY_URL = 300,
    ADVISORY_TITLE = 160,
}

--- The text, or what fits of it with "…" behind it. No character of UTF-8 is cut in two.
---@param text string
---@param limit integer
---@return string
function M.cut(text, limit)
    if #text <= limit then
        return text
    end
    local stop = limit - #"…"
    while stop > 0 and (text:byte(stop + 1) & 0xC0) == 0x80 do
        stop = stop - 1
    end
    return text:sub(1, stop) .. "…"
end

--- The same of words that name what strangers wrote: valid UTF-8, without what a terminal obeys.
---@param text string
---@param limit integer
---@return string
function M.words(text, limit)
    if not text:find "^[\32-\126]*$" then
        text = require "upnudge.lib.terminal".clean(text)
    end
    return M.cut(text, limit)
end

--- An answer whose reason, and error where that is one in words, may be shown.
---@generic T: {reason?: string, error?: string|boolean}
---@param answer T
---@return T answer the same
function M.answer(answer)
    local fault = answer.error
    answer.reason = answer.reason and M.words(answer.reason, M.WORDS)
    answer.error = type(fault) == "string" and M.words(fault, M.WORDS) or fault
    return answer
end

return M
