/*
 * formats.h: every lockfile format that is read, one file each.
 */
#ifndef UN_FORMATS_H
#define UN_FORMATS_H

#include "core/lockfile.h"

/* The order settles which of two formats is meant when the content fits both. */
#define UN_FORMATS(X)                                                                              \
    X(flox)                                                                                        \
    X(npm)                                                                                         \
    X(pnpm)                                                                                        \
    X(yarn_berry)                                                                                  \
    X(pubspec)                                                                                     \
    X(podfile)                                                                                     \
    X(conda_lock)                                                                                  \
    X(pixi)                                                                                        \
    X(bun)                                                                                         \
    X(deno)                                                                                        \
    X(composer)                                                                                    \
    X(pipfile)                                                                                     \
    X(flake)                                                                                       \
    X(devbox)                                                                                      \
    X(npins)                                                                                       \
    X(nuget)                                                                                       \
    X(package_resolved)                                                                            \
    X(renv)                                                                                        \
    X(conan)                                                                                       \
    X(vcpkg)                                                                                       \
    X(yarn)                                                                                        \
    X(gomod)                                                                                       \
    X(gosum)                                                                                       \
    X(gemfile)                                                                                     \
    X(gradle)                                                                                      \
    X(mix)                                                                                         \
    X(terraform)                                                                                   \
    X(cargo)                                                                                       \
    X(uv)                                                                                          \
    X(poetry)                                                                                      \
    X(pdm)                                                                                         \
    X(pylock)                                                                                      \
    X(julia)                                                                                       \
    X(mise)

#define UN_FORMAT_DECLARE(name) extern const un_format un_format_##name;
UN_FORMATS(UN_FORMAT_DECLARE)
#undef UN_FORMAT_DECLARE

#endif
