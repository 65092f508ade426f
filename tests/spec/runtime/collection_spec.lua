--- What is kept of environments that are gone goes; of those that may be there, nothing.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local DAY <const> = stage.DAY

local work

before_each(function()
    work = stage.set()
    command.must 'cp -r "$env" "$work/other"; "$upnudge" check "$env" --state-dir "$state" --new "$new"'
    command.must '"$upnudge" check "$work/other" --state-dir "$state" --new "$new"'
end)

after_each(stage.strike)

local function gc(words)
    local said = command.shell('"$upnudge" gc --json --state-dir "$state" ' .. (words or ""))
    assert.equal(0, said.code, said.out)
    return cjson.decode(said.out)
end

local function known()
    local list = {}
    for _, one in ipairs(cjson.decode(command.must '"$upnudge" list --json --state-dir "$state"').environments) do
        list[#list + 1] = one.path:match "[^/]*$"
    end
    return list
end

describe("the collection", function()
    it("removes what is kept of directories that are gone, and shows it before", function()
        assert.equal("nothing to remove; 2 kept\n", command.must '"$upnudge" gc --state-dir "$state"')
        command.must 'rm -r "$work/other"'
        assert.same({ work .. "/other" }, gc("--dry-run").removed)
        assert.same({ "other", "webshop" }, known())
        local answer = gc()
        assert.same({ 1, 1, 0 }, { #answer.removed, answer.kept, #answer.failed })
        assert.same({ "webshop" }, known())
        assert.equal("nothing to remove; 1 kept\n", command.must '"$upnudge" gc --state-dir "$state"')
    end)

    it("keeps what may be there: a closed directory, a link that leads nowhere, an empty place above", function()
        command.must 'rm -r "$work/other"; ln -s /nowhere "$work/other"'
        assert.equal(2, gc().kept)
        command.must 'mkdir "$work/point"; cp -r "$env" "$work/point/in"'
        command.must '"$upnudge" check "$work/point/in" --state-dir "$state" --new "$new"; rm -r "$work/point/in"'
        assert.equal(3, gc().kept)
        command.must 'touch "$work/point/file"'
        assert.same({ work .. "/point/in" }, gc().removed)
    end)

    it("keeps what is on a file system that is away, though its mount point has gone or has files in it", function()
        -- What is mounted in a name space of its own is gone with it.
        local apart = 'unshare --mount --map-root-user sh -ec %s'
        if command.shell(apart:format(command.quote 'mount -t tmpfs none "$work"')).code ~= 0 then
            return pending "nothing may be mounted here"
        end
        command.must 'mkdir "$work/disk" "$work/away"; touch "$work/disk/below" "$work/away/below"'
        command.must(apart:format(command.quote [[for disk in disk away; do
                mount -t tmpfs none "$work/$disk"; mkdir "$work/$disk/gone"; cp -r "$env" "$work/$disk/project"
                cp -r "$env" "$work/$disk/gone"
                "$upnudge" check "$work/$disk/project" --state-dir "$state" --new "$new"
                "$upnudge" check "$work/$disk/gone/webshop" --state-dir "$state" --new "$new"
            done
            rm -r "$work/away/gone"
            "$upnudge" gc --json --state-dir "$state" >"$work/there.json"]]))
        -- While it is there, what can be seen to be gone goes.
        assert.same({ work .. "/away/gone/webshop" }, cjson.decode(command.read(work .. "/there.json")).removed)
        command.must 'rm -r "$work/away"'
        assert.same({ removed = {}, kept = 5 }, { removed = gc().removed, kept = gc().kept })
    end)

    it("leaves one alone that is being checked", function()
        stage.start('"$upnudge" check "$work/other" --state-dir "$state" --max-age 0 -- sh -c '
            .. "'rm -r \"$work/other\"; echo >\"$work/inside\"; sleep 100'")
        stage.await_file(work .. "/inside")
        local said = command.shell '"$upnudge" gc --json --state-dir "$state"'
        local answer = cjson.decode(said.out)
        assert.same({ 1, "busy", 0 }, { said.code, answer.failed[1].code, #answer.removed })
    end)

    it("is done by a check once a week", function()
        local function check()
            command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new"'
        end
        command.must 'rm -r "$work/other"'
        check()
        assert.same({ "other", "webshop" }, known())
        command.must(('touch -d @%d "$state/.collected"'):format(os.time() - 8 * DAY))
        check()
        assert.same({ "webshop" }, known())
    end)
end)
