#!/bin/bash
# What upnudge does, shown on a Flox environment and, where npm is at hand, on a real npm project.
# Usage: demo.sh BUILD. Leaves nothing behind.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PATH=$(cd "$1" && pwd):$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config
# What would rightly silence a notice in CI is put aside: somebody wants to see it here.
unset CI CONTINUOUS_INTEGRATION BUILD_NUMBER RUN_ID TF_BUILD NO_UPDATE_NOTIFIER UPNUDGE_QUIET UPNUDGE_POLICY
unset AI_AGENT AGENT CLAUDECODE CODEX_THREAD_ID CODEX_SANDBOX CURSOR_AGENT GEMINI_CLI OPENCODE
unset COPILOT_CLI AUGMENT_AGENT CLINE_ACTIVE ANTIGRAVITY_AGENT GOOSE_TERMINAL QWEN_CODE

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-}" != dumb ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
# Shows a command, and runs that very one.
run() {
    printf '$ %s\n' "$*"
    "$@"
}

cd "$work"
mkdir -p webshop/.flox/env "$XDG_CONFIG_HOME/upnudge"
cp "$here/fixtures/demo/manifest.lock" webshop/.flox/env/manifest.lock
cp "$here/fixtures/demo/upgraded.lock" webshop
echo '{"name":"webshop","version":1}' >webshop/.flox/env.json

title "1. An environment, and a check that runs a dry upgrade (here: prints its result)"
run upnudge check webshop -- cat upgraded.lock
run upnudge show webshop

# A person at a terminal sees standard error; --tty has the pipe of a CI log count as one.
title "2. The next activation tells, once"
run upnudge notify webshop --tty

title "3. The one after that is silent, and says why when asked"
run upnudge notify webshop --tty
echo "(nothing)"
run upnudge explain webshop --tty

title "4. A team changes its mind in one line of a Lua file; nothing is rebuilt"
policy=$XDG_CONFIG_HOME/upnudge/policy.lua
cat >"$policy" <<'LUA'
local u = require "upnudge"
return u.policy {
  api = 1, name = "ours", extends = "default",
  strategy = "stateless",
  rules = { u.rule "default" { notify = u.always() } },
  text = function(c) return u.text.summary(c) .. "\n" .. u.text.packages(c, 5) end,
}
LUA
run cat "$policy"
echo "twice, for this strategy has no memory, by design:"
run upnudge notify webshop --tty
run upnudge notify webshop --tty

title "5. 16 shells at once, with the strategy that gives each notice to one of them"
run sed -i 's/"stateless"/"separate-lock"/; s/u.always()/u.every "1d"/' "$policy"
run grep strategy "$policy"
echo "of another app, where nobody was told yet:"
run upnudge check webshop --app sixteen -- cat upgraded.lock
# shellcheck disable=SC2016
echo '$ for shell in $(seq 16); do upnudge notify webshop --tty --app sixteen 2>shell.$shell & done; wait'
for shell in $(seq 16); do upnudge notify webshop --tty --app sixteen 2>"shell.$shell" & done; wait
notices=$(grep -l available shell.* | wc -l)
echo "16 shells, $notices notice"
[ "$notices" = 1 ]

if command -v npm >/dev/null 2>&1; then
    title "6. A real npm project with outdated dependencies: its own tool makes the dry upgrade, in a copy"
    rm "$policy"
    mkdir site
    cd site
    echo '{"name":"site","version":"1.0.0","dependencies":{"ms":"2.1.1","semver":"7.3.2"}}' >package.json
    if npm install --package-lock-only --silent --no-audit --no-fund >"$work/npm.log" 2>&1; then
        sed -i 's/"2.1.1"/"^2.1.1"/; s/"7.3.2"/"^7.3.2"/' package.json
        run upnudge check
        run upnudge notify . --tty
        run upnudge
        run upnudge show
    else
        echo "npm is here but its registry is not; left out"
    fi
fi
