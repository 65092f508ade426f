#!/bin/bash
# What upnudge does, shown on a Flox environment and, where npm is at hand, on a real npm project.
# Usage: demo.sh BUILD. Leaves nothing behind.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
upnudge=$(cd "$1" && pwd)/upnudge
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache XDG_CONFIG_HOME=$work/config
# What would rightly silence a notice in CI is put aside: somebody wants to see it here.
unset CI CONTINUOUS_INTEGRATION BUILD_NUMBER RUN_ID TF_BUILD NO_UPDATE_NOTIFIER UPNUDGE_QUIET UPNUDGE_POLICY

title() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { printf '$ %s\n' "$*"; }
# A person at a terminal sees standard error; the pipe of a CI log is told to count as one.
activate() { "$upnudge" notify "$env" --tty "$@"; }

env=$work/webshop
mkdir -p "$env/.flox/env" "$XDG_CONFIG_HOME/upnudge"
cp "$here/fixtures/demo/manifest.lock" "$env/.flox/env/manifest.lock"
echo '{"name":"webshop","version":1}' >"$env/.flox/env.json"

title "1. An environment, and a check that runs a dry upgrade in the background (here: prints its result)"
show "upnudge check webshop -- cat upgraded.lock"
"$upnudge" check "$env" -- cat "$here/fixtures/demo/upgraded.lock"
show "upnudge show webshop"
"$upnudge" show "$env" | sed "s#$work/##"

title "2. The next activation tells, once"
show "upnudge notify webshop"
activate

title "3. The one after that is silent, and says why when asked"
show "upnudge notify webshop"
activate
echo "(nothing)"
show "upnudge explain webshop"
"$upnudge" explain "$env" --tty | sed "s#$work/##"

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
show 'grep strategy policy.lua'
grep strategy "$policy"
show "upnudge notify webshop     # twice: this strategy has no memory, by design"
activate
activate

title "5. 16 shells at once, with the strategy that gives each notice to one of them"
sed -i 's/"stateless"/"separate-lock"/; s/u.always()/u.every "1d"/' "$policy"
show 'grep strategy policy.lua'
grep strategy "$policy"
# Where nobody was told yet.
"$upnudge" check "$env" --app sixteen -- cat "$here/fixtures/demo/upgraded.lock" >"$work/check.log"
for shell in $(seq 16); do
    "$upnudge" notify "$env" --tty --app sixteen 2>"$work/shell.$shell" &
done
wait
notices=$(grep -l available "$work"/shell.* | wc -l)
echo "16 shells, $notices notice"
[ "$notices" = 1 ]

if command -v npm >/dev/null 2>&1; then
    title "6. A real npm project with outdated dependencies"
    env=$work/site
    mkdir -p "$env"
    rm "$policy"
    echo '{"name":"site","version":"1.0.0","dependencies":{"ms":"2.1.1","semver":"7.3.2"}}' >"$env/package.json"
    if (cd "$env" && npm install --package-lock-only --silent --no-audit --no-fund) >"$work/npm.log" 2>&1; then
        cat >"$work/dry-upgrade" <<'SH'
#!/bin/sh -e
# What `npm update` to the newest versions would lock, worked out on a copy.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp "$UPNUDGE_ENVIRONMENT/package.json" "$copy"
cd "$copy"
npm install --package-lock-only --silent --no-audit --no-fund ms@latest semver@latest >&2
cat package-lock.json
SH
        chmod +x "$work/dry-upgrade"
        show "upnudge check site -- ./dry-upgrade     # npm install ms@latest semver@latest, on a copy"
        "$upnudge" check "$env" -- "$work/dry-upgrade"
        show "upnudge notify site"
        activate
        show "upnudge show site"
        "$upnudge" show "$env" | sed "s#$work/##"
    else
        echo "npm is here but its registry is not; left out"
    fi
fi
