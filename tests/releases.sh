#!/bin/bash
# Fetches releases that Debian has the sources of, without what Debian changes in them.
# Usage: releases.sh DIRECTORY PACKAGE...
# Prints the directory of each, or nothing where one cannot be had, which standard error says why.
#
#   SUITE     whose releases are taken (that of this system, else bookworm)
#   MIRROR    where they come from
#
# apt fetches them with lists of its own, checked by the keys of Debian's archive; this system's stay as they are.
set -eu
keys=/usr/share/keyrings/debian-archive-keyring.gpg
suite=${SUITE:-$(. /etc/os-release && if [ "$ID" = debian ]; then echo "${VERSION_CODENAME:-}"; fi)}
mkdir -p "$1/${suite:=bookworm}"
releases=$(realpath --relative-to=. "$1/$suite")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

own_apt() {
    apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User= "$@"
}

# What apt has to know before the first package is fetched.
prepare() {
    [ ! -e "$work/sources.list" ] || return 0
    command -v apt-get >/dev/null || { echo "there is no apt-get"; return 1; }
    [ -e $keys ] || { echo "there is no $keys: apt-get install debian-archive-keyring"; return 1; }
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    echo "deb-src [signed-by=$keys] ${MIRROR:-http://deb.debian.org/debian} $suite main" >"$work/sources.list"
    own_apt update
}

fetch() {
    [ ! -e "$releases/$1" ] || return 0
    mkdir "$work/$1" && prepare &&
        (cd "$work/$1" && own_apt source --download-only "$1" && tar -xf ./*.orig.tar.* && rm ./*.dsc ./*.tar.*) &&
        mv "$work/$1" "$releases/$1"
}

for package; do
    if fetch "$package" >"$work/said" 2>&1; then
        echo "$releases/$package"/*
    else
        echo "no release of $package in $suite: $(tail -n 1 "$work/said")" >&2
        echo
    fi
done
