#!/bin/bash
# Builds and tests what is committed on fresh systems: Debian 12, Debian 13 and Ubuntu 24.04.
# Usage, as root: distributions.sh [bookworm] [trixie] [noble]
#
#   ROOTS            where systems are kept (build/roots); one that is there is not fetched again
#   BOOKWORM_MIRROR, TRIXIE_MIRROR, NOBLE_MIRROR    where they come from, if not from where debootstrap has them
#
# Every run begins with a system as debootstrap leaves it, and make. There root says `make demo` and `make
# test`, which install what they lack; then a user who may install nothing says `make test`. Both work at a
# path with a space. Then the packages of `make deb` are installed and used in a system that is fresh again
# (installed.sh); PACKAGES=only tries them alone. Mounts and processes are in name spaces that end with the run, however it ends.
set -eu
cd "$(dirname "$0")/.."
declare -A mirrors=([bookworm]=${BOOKWORM_MIRROR:-} [trixie]=${TRIXIE_MIRROR:-} [noble]=${NOBLE_MIRROR:-})
declare -A outcomes
failed=0
inner=

die() {
    echo "distributions: $*" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || die "only root can make a system; say sudo make distributions"
for program in debootstrap unshare setpriv flock; do
    command -v $program >/dev/null || die "there is no $program: apt-get install debootstrap util-linux"
done
[ $# -gt 0 ] || set -- bookworm trixie noble
for name; do
    [ -n "${mirrors[$name]+known}" ] || die "$name is none of bookworm, trixie and noble"
done
mkdir -p "${ROOTS:-build/roots}"
roots=$(cd "${ROOTS:-build/roots}" && pwd)
exec 9>"$roots/lock"
flock -n 9 || die "another run is at work in $roots"

# Runs words with mounts and processes of their own. The wait, unlike a program, lets signals through.
apart() {
    local code=0
    setpriv --pdeathsig KILL unshare --mount-proc --pid --fork --kill-child "$@" </dev/null 9>&- &
    inner=$!
    wait "$inner" || code=$?
    inner=
    return $code
}

# What is left of a system are files: nothing of it is mounted where we are. Processes that are being killed may
# still write some.
sweep() {
    for _ in 1 2 3 4 5; do
        rm -rf --one-file-system "$roots/system" "$roots/making" 2>/dev/null && return
        sleep 1
    done
    rm -rf --one-file-system "$roots/system" "$roots/making"
}

# When the first process of a name space ends, all of them have ended.
finish() {
    if [ -n "$inner" ]; then
        first=$(cat "/proc/$inner/task/$inner/children" 2>/dev/null || true)
        kill -KILL ${first:-"$inner"} 2>/dev/null || true
        wait
    fi
    sweep
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
sweep

# Gives the system at $1 its /proc and /dev, then runs the command $3 there as the user $2, with nothing of our
# environment but the proxies.
enter='
    mount -t proc proc "$1/proc"
    mount -t tmpfs -o mode=755 tmpfs "$1/dev"
    for node in null zero full random urandom tty; do
        touch "$1/dev/$node"
        mount --bind "/dev/$node" "$1/dev/$node"
    done
    mkdir "$1/dev/pts" "$1/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$1/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
    ln -s pts/ptmx "$1/dev/ptmx"
    ln -s /proc/self/fd "$1/dev/fd"
    ln -s /proc/self/fd/0 "$1/dev/stdin"
    ln -s /proc/self/fd/1 "$1/dev/stdout"
    ln -s /proc/self/fd/2 "$1/dev/stderr"
    home=$(chroot "$1" getent passwd "$2" | cut -d: -f6)
    chroot "$1" runuser -u "$2" -- env -i HOME="$home" USER="$2" TERM=dumb \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} bash -euc "$3"
'

# within NAME USER COMMAND: in the system that was unpacked; what it says goes to the log of NAME.
within() {
    echo "$1: as $2: $3"
    apart bash -euc "$enter" enter "$roots/system" "$2" "$3" >>"$roots/$1.log" 2>&1
}

# unpack NAME: a fresh system. What is installed there starts no servers, for its network is ours.
unpack() {
    sweep
    mkdir "$roots/system" &&
        tar -C "$roots/system" -xf "$roots/$1.tar" &&
        cp --remove-destination -L /etc/resolv.conf "$roots/system/etc/resolv.conf" &&
        printf '#!/bin/sh\nexit 101\n' >"$roots/system/usr/sbin/policy-rc.d" &&
        chmod 755 "$roots/system/usr/sbin/policy-rc.d"
}

# Where a Debian has no keys of Ubuntu's archive, Debian 13's archive has, under its own signature.
fetch_ubuntu_keys() {
    [ ! -e "$roots/keys.gpg" ] || return 0
    make_system trixie && unpack trixie &&
        within trixie root 'cd /tmp; apt-get update -qq; apt-get download -qq ubuntu-keyring; dpkg-deb -x *.deb .' &&
        cp "$roots/system/tmp/usr/share/keyrings/ubuntu-archive-keyring.gpg" "$roots/keys.gpg"
}

# make_system NAME: the archive of a system as debootstrap leaves it, unless there is one.
make_system() {
    local keys=/usr/share/keyrings/debian-archive-keyring.gpg components=main like=sid
    [ ! -e "$roots/$1.tar" ] || return 0
    if [ "$1" = noble ]; then
        keys=/usr/share/keyrings/ubuntu-archive-keyring.gpg components=main,universe like=gutsy
        [ -e $keys ] || { fetch_ubuntu_keys && keys=/mnt/keys.gpg; } || return 1
    elif [ ! -e $keys ]; then
        echo "$1: there is no $keys: apt-get install debian-archive-keyring"
        return 1
    fi
    # A debootstrap that is older than a system does not know it by name, but how its family is made.
    local script=${DEBOOTSTRAP_DIR:-/usr/share/debootstrap}/scripts/$1
    [ -e "$script" ] || script=${script%/*}/$like
    echo "$1: fetching a minimal system${mirrors[$1]:+ from ${mirrors[$1]}}"
    sweep
    # debootstrap stands no space in a path, so that it sees ours as /mnt; nobody else does.
    apart bash -euc 'mount --bind "$1" /mnt; shift; exec debootstrap "$@"' bash "$roots" --variant=minbase \
        --include=make --components=$components --force-check-gpg --keyring=$keys \
        "$1" /mnt/making "${mirrors[$1]}" "$script" >>"$roots/$1.log" 2>&1 &&
        rm -f "$roots"/making/var/cache/apt/archives/*.deb &&
        tar -C "$roots/making" -cf "$roots/part.tar" . &&
        mv "$roots/part.tar" "$roots/$1.tar"
}

# What is committed; where there is no git, as in a release, what is here.
sources() {
    if [ -e .git ]; then
        git -c safe.directory="$PWD" archive HEAD
    else
        tar -c --exclude=./build --exclude='./build-*' .
    fi
}

# put PATH OWNER: the sources, at a path of the system.
put() {
    mkdir -p "$roots/system$1" &&
        sources | tar -C "$roots/system$1" -x --no-same-owner &&
        chroot "$roots/system" chown -R "$2:" "$1"
}

# try NAME: leaves in outcomes[NAME] how it went.
try() {
    local log=$roots/$1.log
    : >"$log"
    outcomes[$1]="no system, see $log"
    make_system "$1" && unpack "$1" && put "/srv/a place" root || return 1
    if [ "${PACKAGES:-}" = only ]; then
        outcomes[$1]="the packages failed, see $log"
        try_packages "$1" || return 1
        outcomes[$1]=$(tail -n 1 "$log")
        return 0
    fi
    outcomes[$1]="make demo failed, see $log"
    within "$1" root 'cd "/srv/a place"; make demo' || return 1
    outcomes[$1]="make test failed as root, see $log"
    within "$1" root 'cd "/srv/a place"; make test' || return 1
    local root_said
    root_said=$(tail -n 1 "$log")
    outcomes[$1]="as root $root_said; make test failed as a user, see $log"
    chroot "$roots/system" useradd --create-home somebody && put "/home/somebody/another place" somebody || return 1
    within "$1" somebody 'cd "/home/somebody/another place"; make test' || return 1
    local user_said
    user_said=$(tail -n 1 "$log")
    outcomes[$1]="as root $root_said; as a user $user_said; the packages failed, see $log"
    try_packages "$1" || return 1
    outcomes[$1]="as root $root_said; as a user $user_said; $(tail -n 1 "$log")"
}

# try_packages NAME: what is made there is installed in a system that has nothing else of it.
try_packages() {
    within "$1" root 'cd "/srv/a place"; make deb' || return 1
    rm -rf "$roots/packages" &&
        mkdir "$roots/packages" &&
        cp "$roots/system/srv/a place/build/deb"/*.deb "$roots/packages/" &&
        unpack "$1" && put "/srv/a place" root &&
        cp -r "$roots/packages" "$roots/system/srv/" &&
        rm -rf "$roots/packages" &&
        within "$1" root 'cd "/srv/a place"; tests/installed.sh /srv/packages/*.deb'
}

if [ -e .git ] && [ -n "$(git -c safe.directory="$PWD" status --porcelain --untracked-files=no)" ]; then
    echo "only what is committed is tried, and something here is not"
fi
for name; do
    try "$name" || { failed=1; tail -n 20 "$roots/$name.log"; }
done
for name; do
    printf '%-9s %s\n' "$name" "${outcomes[$name]}"
done
exit $failed
