#!/bin/bash
# Every command under valgrind, on a real lockfile and on what makes it fail. Usage: valgrind.sh BUILD [LOCKFILE...]
#
# Whatever memcheck finds is a fault, and so is a byte that is definitely lost when a process ends, be it one that the
# command becomes. What it runs of others (sh, cat) is not looked at. A command of which there is no line here is one, too.
set -u
build=$PWD/$1
shift
work=$(mktemp -d -t 'upnudge valgrind.XXXXXXXX') || exit 1
trap 'rm -rf "$work"' EXIT
env=$work/webshop log=$work/log
cp -r tests/fixtures/webshop "$env"
mkdir -m 700 "$work/home" "$work/state"
sed 's/4\.17\.20/4.17.21/' "$env/package-lock.json" >"$work/new.json"
printf 'return 1 +\n' >"$work/faulty.lua"
printf '{"lockfileVersion":3,"packages":{' >"$work/torn.json"
cat >"$work/p_spec.lua" <<'SPEC'
it("speaks of a fix at once", function()
    local world <close> = require "upnudge.testing".world { policy = "default", now = "2027-01-15 10:00" }
    world:release("openssl", "3.0.15", { security = true }):check()
    assert.is_true(world:activate().notify)
end)
SPEC
failed=0 runs=0 ran=" "

MEMCHECK="valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite
    --trace-children=yes --trace-children-skip=/bin/*,/usr/bin/*"

# run CODE WORD...: the exit code is CODE, or whatever it is where CODE is "-", and memcheck has nothing to say; of system
# calls that valgrind does not know it says so in lines of another kind.
run() { run_program upnudge "$@"; }
run_program() {
    local program=$1 wanted=$2 code said
    shift 2
    ran+="$1 $1/${2:-} "
    runs=$((runs + 1))
    env -i PATH="$PATH" HOME="$work/home" LANG=C UPNUDGE_STATE_DIR="$work/state" timeout 120 $MEMCHECK --log-file="$log.%p" \
        "$build/$program" "$@" >"$work/out" 2>&1 </dev/null
    code=$?
    said=$(grep -h '^==' "$log".*)
    if [ -n "$said" ] || { [ "$code" != "$wanted" ] && [ "$wanted" != - ]; } || [ "$code" = 124 ]; then
        failed=$((failed + 1))
        echo "FAULT: $program $*: exit code $code, wanted $wanted"
        cat "$work/out"
        echo "$said"
    fi
    rm -f "$log".*
}

# What both programs know; for all else the small one becomes the other.
both() { run "$@"; run_program upnudge-cli "$@"; }

run 0 status "$env"
run 0 check "$env" --max-age 0 -- "$env/dry-upgrade"
run 1 check "$env" --max-age 0 -- false
run 0 check "$env" --max-age 0 --new "$work/new.json"
run 0 check "$env" --max-age 0 --detach -- cat "$work/new.json"
run 1 check "$work/home"
both 0 notify "$env" --tty --now 1900000000
both 0 notify "$env" --tty
both 0 notify "$env" --tty
both 0 notify "$work/nowhere" --tty
both 0 notify "$env" --tty --policy "$work/faulty.lua"
both 0 prompt "$env"
run 0 explain "$env" --tty
run 0 explain "$env" --log --json
run 1 explain "$work/nowhere"
run 0 show "$env" --changes
run 1 show "$work/nowhere"
run 0 list
run 0 status --all --json
run 0 report --prometheus
run 0 snooze "$env" 3d
run 2 snooze "$env" never
run 0 ignore "$env" typescript 'linux-*'
run 1 ignore "$env" '!x'
run 0 parse "$env/package-lock.json" --json
run 1 parse "$work/torn.json"
for lockfile; do run 0 parse "$lockfile" --json; done
run 0 diff "$env/package-lock.json" "$work/new.json"
run 1 diff "$env/package-lock.json" "$work/torn.json"
run 0 formats
run 0 version
run 0 version compare 1.2.3 1.10 --scheme pep440
run 2 version compare 1.2.3
run 0 doctor --json
run 0 gc
run 0 hook bash
run 0 hook zsh
run 0 hook fish
run 2 hook csh
run 0 completion bash
run 0 help check
run 2 help chekc
run 0 --version
run 2 chekc
run 0 migrate --to simple
run 0 migrate --to "sqlite:$work/told.sqlite"
# Of a database that it cannot open LuaDBI loses what SQLite knows.
run 1 migrate --to mysql:x
run 0 policy list
run 0 policy show
run 0 policy which
run 0 policy new "$work/new.lua"
# So slow a machine may end it by the clock.
run - policy check policies/team.lua
run 1 policy check "$work/faulty.lua"
run 0 policy verify policies/default.lua
run 0 policy simulate default weekly
run 0 policy diff default weekly
run 1 policy test policies
run 0 policy test "$work/p_spec.lua"
run 0 policy reference
run 0 forget "$env"
run 0 forget "$work/nowhere"

for command in $("$build/upnudge-cli" --help | sed -n '/^Commands/,/^$/s/^   \([a-z]*\)  .*/\1/p'); do
    case $ran in *" $command "*) ;; *) failed=$((failed + 1)); echo "FAULT: no line for $command" ;; esac
done
for command in $("$build/upnudge-cli" policy --help | sed -n '/^Commands/,/^$/s/^   \([a-z]*\)  .*/\1/p'); do
    case $ran in *" policy/$command "*) ;; *) failed=$((failed + 1)); echo "FAULT: no line for policy $command" ;; esac
done
echo "$runs commands, $failed failed"
[ "$failed" = 0 ]
