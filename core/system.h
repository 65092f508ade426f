/*
 * system.h: platforms under one name.
 *
 * A record is shown to people on one system, so every format's platforms are called what Nix calls
 * them: "x86_64-linux", and "x86_64-linux-musl" where it matters that the C library is musl. What
 * has no such name (Java) keeps its own.
 */
#ifndef UN_SYSTEM_H
#define UN_SYSTEM_H

#include "slice.h"

/* "linux-64", "arm64-darwin-23", "x86_64-unknown-linux-musl", "linux/amd64" and so on as Nix says
 * it; `platform` where Nix has no word for it; absent for what runs anywhere ("noarch", "any",
 * "ruby"). Static text or `platform`. */
un_slice un_system_name(un_slice platform);

/* The same of its two parts, each in any of the words that un_system_name knows; absent where
 * either is none of them. Static text. */
un_slice un_system_of(un_slice os, un_slice machine, bool musl);

/* Without the C library: "x86_64-linux" of "x86_64-linux-musl". */
un_slice un_system_without_libc(un_slice system);

#endif
