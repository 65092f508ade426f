-- acme-luajit.lua
local ffi = require "ffi"

-- From upnudge.h, comments left out. Structs say their size, so a newer library has more fields and still knows these.
ffi.cdef [[
typedef struct upnudge upnudge;
typedef struct upnudge_check upnudge_check;
typedef enum { UPNUDGE_OK, UPNUDGE_ERROR, UPNUDGE_USAGE, UPNUDGE_FRESH, UPNUDGE_BUSY, UPNUDGE_LATER } upnudge_status;
typedef struct { size_t size; const char *app, *state_dir, *policy; } upnudge_options;
typedef struct {
  size_t size;
  const char *environment, *lockfile, *name, *mode, *command, *hint;
  int64_t now;
  int terminal, active;
} upnudge_activation;
typedef struct { size_t size; int notified; const char *text, *reason, *rule; int64_t next_at; } upnudge_notice;
typedef struct { size_t size; const char *environment, *lockfile, *name; int64_t now, max_age; } upnudge_target;
upnudge_status upnudge_open(upnudge **out, const upnudge_options *options);
void upnudge_close(upnudge *u);
const char *upnudge_error(const upnudge *u);
upnudge_status upnudge_notify(upnudge *u, const upnudge_activation *activation, upnudge_notice *out);
upnudge_status upnudge_check_begin(upnudge_check **out, upnudge *u, const upnudge_target *target);
upnudge_status upnudge_check_commit(upnudge_check *check, const void *lockfile, size_t length);
upnudge_status upnudge_check_fail(upnudge_check *check, const char *reason);
void upnudge_check_abort(upnudge_check *check);
upnudge_status upnudge_check_detach(upnudge *u, const upnudge_target *target, const char *const *argv, int64_t timeout);
]]
local C = ffi.load "libupnudge.so.0"

--- A struct with its size and what the initialiser of upnudge.h has. Its texts live as long as `fields`.
local function struct(name, fields)
  local it = ffi.new(name, fields)
  it.size = ffi.sizeof(it)
  return it
end

-- Stands for your command, which takes its time and prints the lockfile of an upgrade.
local DRY_UPGRADE = ffi.new("const char *[4]", { "sh", "-c", '"$UPNUDGE_ENVIRONMENT/dry-upgrade"' })

--- At each activation: what there is to say, and a check in the background, once a day.
local function activate(u, environment)
  local activation = struct("upnudge_activation", { environment = environment, hint = "acme upgrades", terminal = -1 })
  local notice = struct("upnudge_notice", {})
  if C.upnudge_notify(u, activation, notice) == C.UPNUDGE_OK and notice.notified ~= 0 then
    io.stderr:write(ffi.string(notice.text), "\n")
  end
  C.upnudge_check_detach(u, struct("upnudge_target", { environment = environment, max_age = -1 }), DRY_UPGRADE, 0)
  return C.UPNUDGE_OK
end

--- A check by ourselves. What stands for our dry upgrade has the lockfile of an upgrade as input.
local function check(u, environment)
  local out = ffi.new "upnudge_check *[1]"
  local status = C.upnudge_check_begin(out, u, struct("upnudge_target", { environment = environment, max_age = -1 }))
  if status == C.UPNUDGE_OK then
    local bytes = io.read "*a"
    status = bytes ~= "" and C.upnudge_check_commit(out[0], bytes, #bytes)
      or C.upnudge_check_fail(out[0], "the dry upgrade printed nothing")
  end
  C.upnudge_check_abort(out[0])
  return status
end

local out = ffi.new "upnudge *[1]"
local status = C.upnudge_open(out, struct("upnudge_options", { app = "acme-in-luajit" }))
local u = ffi.gc(out[0], C.upnudge_close)
if status == C.UPNUDGE_OK then
  status = (arg[1] == "check" and check or activate)(u, arg[2])
end
if status ~= C.UPNUDGE_OK then
  io.stderr:write("acme: ", ffi.string(C.upnudge_error(u)), "\n")
end
C.upnudge_close(ffi.gc(u, nil))
os.exit((status == C.UPNUDGE_ERROR or status == C.UPNUDGE_USAGE) and 1 or 0)
