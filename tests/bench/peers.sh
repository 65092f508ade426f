#!/bin/bash
# What others do at an activation, beside us: each peer in its real form, on a result that it has already, as a whole
# process at a terminal, in turns within one run; one table, medians with the 10th and 90th percentile.
# Usage: peers.sh BUILD. What is fetched goes into BUILD/tests/bench/peers. A peer that is not at hand has a row that says
# so. ROUNDS=100.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
place=$build/tests/bench/peers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/bench/obtain.sh"
export HOME=$work/home
export XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache XDG_STATE_HOME=$HOME/.local/state
mkdir -p "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$XDG_STATE_HOME/gh" "$place"

# --- what is measured ----------------------------------------------------------------------------

names=() plain=() calls=() words=()
# peer NAME WITHOUT WORD...: WITHOUT is the number of the row with what the process does but for this; -: it has none.
peer() {
    names+=("$1") plain+=("$2")
    words+=(-- "${@:3}")
    calls+=("$(count_calls "${@:3}")")
}
last() { echo $((${#names[@]} - 1)); }
missing=()
lacks() { missing+=("$1"); }

# System calls of a process and its children, after what makes ready for it.
count_calls() {
    local before=()
    while [[ " $* " == *" :: "* ]]; do before+=("$1"); shift; done
    [ ${#before[@]} = 0 ] || "${before[@]:0:${#before[@]}-1}"
    "$build/tests/bench/process" -t 1 "$(command -v strace)" -f -qq -o "$work/trace" "$@" >/dev/null || { echo "-"; return; }
    grep -cv -e '+++' -e '---' -e ' resumed>' "$work/trace"
}

# expect WORDS|nothing WORD...: what is to be said at the terminal, so that the row is of what it says it is of.
expect() {
    local before=() said
    while [[ " ${*:2} " == *" :: "* ]]; do before+=("$2"); set -- "$1" "${@:3}"; done
    [ ${#before[@]} = 0 ] || "${before[@]:0:${#before[@]}-1}"
    said=$(script -qec "$(printf '%q ' "${@:2}")" /dev/null)
    case $1 in
    nothing) [ -z "$said" ] ;;
    *) [[ $said == *"$1"* ]] ;;
    esac || { echo "expected $1 of ${*:2}: $said" >&2; exit 1; }
}

# --- ours ----------------------------------------------------------------------------------------

env=$work/webshop
mkdir -p "$env"
cp "$here"/fixtures/webshop/package* "$env/"
upgraded=$here/fixtures/webshop/upgraded.json
now=$(date +%s)
due=("$build/upnudge" notify "$env" --state-dir "$work/due" --tty --now)
"$build/upnudge" check "$env" --new "$upgraded" >/dev/null
"$build/upnudge" check "$env" --state-dir "$work/due" --now $now --new "$upgraded" >/dev/null
"$build/upnudge" notify "$env" --tty 2>/dev/null
# What stands rests on no file that is younger than two seconds.
for _ in 1 2; do
    sleep 3.1
    expect nothing "$build/upnudge" notify "$env"
done
expect available "${due[@]}" $((now + 700000))
expect available "${due[@]}" $((now + 1400000))

[ -n "$(find "$XDG_CACHE_HOME/upnudge" -name standing)" ] || { echo "no answer of ours stands" >&2; exit 1; }
peer "/bin/true" - /bin/true
peer "upnudge notify, nothing to say" - "$build/upnudge" notify "$env"
peer "upnudge notify, a notice" - "${due[@]}" $((now + 1400000)) :: "${due[@]}" $((now + 700000))

# --- update-notifier, simple-update-notifier -------------------------------------------------------

node_peers() {
    local node config=$XDG_CONFIG_HOME/configstore/update-notifier-webshop.json checked
    node=$(command -v node)
    checked=$(date +%s)000
    mkdir -p "${config%/*}"
    echo "{ \"optOut\": false, \"lastUpdateCheck\": $checked }" >"$config"
    echo "{ \"optOut\": false, \"lastUpdateCheck\": $checked, \"update\": { \"latest\": \"2.0.0\", \"current\": \"1.0.0\",
        \"type\": \"major\", \"name\": \"webshop\" } }" >"$work/update.json"
    echo "{ \"lastUpdateCheck\": $checked }" >"$XDG_CONFIG_HOME/webshop.json"
    : >"$place/empty.mjs" >"$place/empty.cjs"
    echo "require('simple-update-notifier')({ pkg: { name: 'webshop', version: '1.0.0' } });" >"$place/simple.cjs"
    expect nothing "$node" "$place/update.mjs"
    expect "Update available" /bin/cp "$work/update.json" "$config" :: "$node" "$place/update.mjs"
    expect nothing "$node" "$place/simple.cjs"
    peer "node, an empty module" - "$node" "$place/empty.mjs"
    local empty; empty=$(last)
    peer "update-notifier $(version_of update-notifier), too early" "$empty" "$node" "$place/update.mjs"
    peer "the same, a notice" "$empty" /bin/cp "$work/update.json" "$config" :: "$node" "$place/update.mjs"
    peer "node, an empty script" - "$node" "$place/empty.cjs"
    # It says something only when it has just asked the registry.
    peer "simple-update-notifier $(version_of simple-update-notifier), too early" "$(last)" "$node" "$place/simple.cjs"
    about+=("node $("$node" --version)")
}

about=()
if ! command -v node >/dev/null; then
    lacks "update-notifier, simple-update-notifier: no node here"
elif ! obtain_npm; then
    lacks "update-notifier, simple-update-notifier: npm cannot fetch them here ($place/npm.log)"
else
    node_peers
fi

# --- pip -----------------------------------------------------------------------------------------

pip_peers() {
    local python=$place/pip/bin/python pip version state
    version=$(pip_version)
    pip=("$python" -m pip install pip)
    # remember VERSION: leaves it as the latest in the cache directory.
    remember() {
        "$python" "$here/bench/remember.py" "$XDG_CACHE_HOME/pip" "$1"
        state=$(echo "$XDG_CACHE_HOME"/pip/selfcheck/*)
    }
    remember "$version" && cp "$state" "$work/same"
    remember 99.0 && cp "$state" "$work/newer"
    expect "A new release of pip" "${pip[@]}"
    cp "$work/same" "$state"
    peer "pip $version install pip, without its check" - "${pip[@]}" --disable-pip-version-check
    local without; without=$(last)
    peer "the same with its check, too early" "$without" /bin/cp "$work/same" "$state" :: "${pip[@]}"
    peer "the same, a notice" "$without" /bin/cp "$work/newer" "$state" :: "${pip[@]}"
    about+=("$("$python" --version)")
}

if obtain_pip; then
    pip_peers
else
    lacks "pip: no virtual environment can be made here ($place/pip.log)"
fi

# --- gh ------------------------------------------------------------------------------------------

# Whether a gh looks at its stamp at all: those that are not GitHub's own build do not.
looks_at_stamp() {
    "$build/tests/bench/process" -t 1 "$(command -v strace)" -f -qq -o "$work/trace" "$1" version >/dev/null &&
        grep -q 'gh/state.yml' "$work/trace"
}

printf 'checked_for_update_at: %s\nlatest_release:\n    version: v9.0.0\n    url: https://example.org\n' \
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$XDG_STATE_HOME/gh/state.yml"
if gh=$(command -v gh); then
    version=$("$gh" version | awk 'NR == 1 { print $3 }')
    if looks_at_stamp "$gh"; then
        peer "gh $version version, too early" - "$gh" version
    else
        peer "gh $version version; its check is not compiled in" - "$gh" version
    fi
else
    lacks "gh: not here"
fi

# Its way: a file with the time of the last check; only after a day it asks, and only then it has something to say.
cat >"$work/stamp.sh" <<'END'
#!/bin/sh
checked=$(sed -n 's/^checked_for_update_at: //p' "$XDG_STATE_HOME/gh/state.yml")
if [ $(($(date +%s) - $(date -d "$checked" +%s))) -ge 86400 ]; then
    echo "it is time to ask" >&2
fi
END
expect nothing /bin/sh "$work/stamp.sh"
peer "sh, an empty script" - /bin/sh -c :
peer "gh's way, a stamp file, in sh, too early" "$(last)" /bin/sh "$work/stamp.sh"

# --- flock, jq and mv ----------------------------------------------------------------------------

shell_peers() {
    local state=$XDG_CACHE_HOME/tool/upgrades.json script=(/bin/bash "$here/bench/nudge.sh")
    mkdir -p "${state%/*}"
    jq '{ notified_at: 0, upgrades: [.packages | to_entries[] | select(.key != "") |
        { name: .key[13:], version: .value.version }] }' "$upgraded" >"$work/upgrades.json"
    cp "$work/upgrades.json" "$state"
    expect "upgrades available" "${script[@]}"
    expect nothing "${script[@]}"
    peer "bash, an empty script" - /bin/bash -c :
    local empty; empty=$(last)
    peer "flock, jq and mv, too early" "$empty" "${script[@]}"
    peer "the same, a notice" "$empty" /bin/cp "$work/upgrades.json" "$state" :: "${script[@]}"
    about+=("$(jq --version)")
}
if command -v jq >/dev/null && command -v flock >/dev/null; then
    shell_peers
else
    lacks "flock, jq and mv: not all of them here"
fi

# --- the table -----------------------------------------------------------------------------------

# The first of a round pays for what the last one took out of the caches, so it is one that is not told of.
mapfile -t times < <("$build/tests/bench/process" -t "${ROUNDS:-100}" /bin/true "${words[@]}")
times=("${times[@]:1}")
[ ${#times[@]} = ${#names[@]} ] || { echo "a peer failed" >&2; exit 1; }
for i in "${!names[@]}"; do
    without=-
    [ "${plain[i]}" = - ] || without=${times[${plain[i]}]##* }
    printf '%s|%s|%s|%s\n' "${names[i]}" "${times[i]}" "$without" "${calls[i]}"
done | awk -F'|' '
    function ratio(value) { return sprintf(value < 10 ? "%.2f ×" : "%.0f ×", value) }
    BEGIN {
        print "| a whole process | ms (p10–p90) | / `/bin/true` | CPU, ms | / `/bin/true` | of it the notifier | system calls |"
        print "|---|---|---|---|---|---|---|"
    }
    {
        split($2, t, " ")
        unit = NR == 1 ? t[1] : unit; cpu = NR == 1 ? t[5] : cpu
        own = $3 == "-" ? "" : sprintf("%.1f ms, %s", (t[5] - $3) / 1e3, ratio((t[5] - $3) / cpu))
        printf "| %s | %.2f (%.2f–%.2f) | %s | %.2f | %s | %s | %s |\n", $1, t[1] / 1e3, t[2] / 1e3, t[3] / 1e3,
            ratio(t[1] / unit), t[5] / 1e3, ratio(t[5] / cpu), own, $4
    }'
for what in ${missing[@]+"${missing[@]}"}; do echo "| ${what%%:*} | not at hand:${what#*:} | | | | | |"; done
printf '\n%s rounds; %s; bash %s\n' "${ROUNDS:-100}" "$(IFS=,; echo "${about[*]}" | sed 's/,/, /g')" "${BASH_VERSION%%(*}"
