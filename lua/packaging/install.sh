#!/bin/bash
# Installs a tree that tree.sh made, and takes it away again.
# Usage: install.sh install TREE | install.sh uninstall, with PREFIX, LIBDIR and DESTDIR
#
# A list of what was put there is installed too: files, and directories that were not there before. So what
# another version leaves behind goes with the next install, and uninstalling takes nothing of anybody else's.
set -eu
umask 022
list=$PREFIX/lib/upnudge/installed
known=$(mktemp)
new=$(mktemp)
trap 'rm -f "$known" "$new"' EXIT

die() {
    echo "upnudge: $*" >&2
    exit 1
}

case $PREFIX$LIBDIR in *$'\n'*) die "a path with a line break: $PREFIX" ;; esac
case $PREFIX in /*) ;; *) die "PREFIX=$PREFIX is not absolute" ;; esac
[ ! -e "$DESTDIR$list" ] || cat "$DESTDIR$list" >"$known"

# The lines of a list of one kind, "file" or "directory", without that word.
of_kind() {
    sed -n "s/^$1 //p" "$2"
}

# Takes away the files of list $1 that list $2 lacks, and then the directories that became empty.
take_away() {
    comm -23 <(of_kind file "$1" | LC_ALL=C sort) <(of_kind file "$2" | LC_ALL=C sort) | while IFS= read -r path; do
        rm -f "$DESTDIR$path"
    done
    comm -23 <(of_kind directory "$1" | LC_ALL=C sort) <(of_kind directory "$2" | LC_ALL=C sort) | LC_ALL=C sort -r |
        while IFS= read -r path; do
            rmdir "$DESTDIR$path" 2>/dev/null || true
        done
}

# A directory that was made by an earlier install still is ours.
put_directory() {
    if [ ! -d "$DESTDIR$1" ]; then
        install -d "$DESTDIR$1"
    elif ! grep -qxF "directory $1" "$known"; then
        return 0
    fi
    echo "directory $1" >>"$new"
}

put_file() {
    if [ -L "$1$2" ]; then
        ln -sfn "$(readlink "$1$2")" "$DESTDIR$2"
    elif [ -x "$1$2" ]; then
        install -m 755 "$1$2" "$DESTDIR$2"
    else
        install -m 644 "$1$2" "$DESTDIR$2"
    fi
    echo "file $2" >>"$new"
}

# Where the dynamic linker looks by itself, and we may tell it, it is told.
tell_linker() {
    export PATH=$PATH:/usr/sbin:/sbin
    [ -z "$DESTDIR" ] && [ "$(id -u)" = 0 ] && command -v ldconfig >/dev/null || return 0
    if ldconfig -vN 2>/dev/null | grep -qE "^$(sed 's/[^A-Za-z0-9/]/\\&/g' <<<"$LIBDIR"):"; then
        ldconfig
    fi
}

case $1 in
install)
    tree=$2
    # The prefix may have to be made too; each directory above it is one that an uninstall could leave empty.
    while IFS= read -r path; do
        put_directory "${path#"$tree"}"
    done < <(find "$tree" -mindepth 1 -type d | LC_ALL=C sort)
    while IFS= read -r path; do
        put_file "$tree" "${path#"$tree"}"
    done < <(find "$tree" -mindepth 1 ! -type d | LC_ALL=C sort)
    echo "file $list" >>"$new"
    take_away "$known" "$new"
    install -m 644 "$new" "$DESTDIR$list"
    tell_linker
    ;;
uninstall)
    [ -s "$known" ] || die "$DESTDIR$list is not there: nothing was installed"
    take_away "$known" /dev/null
    tell_linker
    ;;
esac
