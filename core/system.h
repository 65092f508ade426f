/*
 * system.h: platforms under one name.
 *
 * A record is shown to people on one system, so every format's platforms are called what Nix calls
 * them: "x86_64-linux". What has no such name there (musl, Java) keeps its own.
 */
#ifndef UN_SYSTEM_H
#define UN_SYSTEM_H

#include "slice.h"

/* "linux-64", "arm64-darwin", "linux-x64" and so on as Nix says it; `platform` where Nix has no
 * word for it; absent for what runs anywhere ("noarch", "any", "ruby"). Static text or `platform`.
 */
un_slice un_system_name(un_slice platform);

#endif
