/*
 * list.h: every scheme of versions, one file each.
 *
 * A new scheme touches three files: <name>.c beside this one, the list below, and
 * tests/unit/scheme_rules_test.c, which has versions of each in ascending order.
 */
#ifndef UN_VERSIONS_LIST_H
#define UN_VERSIONS_LIST_H

/* The name of the enum's value, and that of the file, the rules and the scheme. */
#define UN_SCHEME_MAP(X)                                                                           \
    X(SEMVER, semver)                                                                              \
    X(NIX, nix)                                                                                    \
    X(PEP440, pep440)                                                                              \
    X(RUBYGEMS, rubygems)                                                                          \
    X(COMPOSER, composer)                                                                          \
    X(DEBIAN, debian)                                                                              \
    X(MAVEN, maven)                                                                                \
    X(NUGET, nuget)                                                                                \
    X(CONDA, conda)                                                                                \
    X(MIXED, mixed)                                                                                \
    X(CARGO, cargo)                                                                                \
    X(JULIA, julia)                                                                                \
    X(PUB, pub)                                                                                    \
    X(HEX, hex)                                                                                    \
    X(GO, go)                                                                                      \
    X(CONAN, conan)                                                                                \
    X(CRAN, cran)                                                                                  \
    X(PVP, pvp)                                                                                    \
    X(ALPINE, alpine)                                                                              \
    X(RPM, rpm)                                                                                    \
    X(BAZEL, bazel)                                                                                \
    X(PERL, perl)                                                                                  \
    X(OPAM, opam)

#endif
