/*
 * hex.c: versions of Elixir's and Erlang's packages.
 *
 * Source: the documentation of Elixir's module Version. Semantic Versioning to the letter: neither
 * "v1.0.0" nor "1.0" is a version, and build metadata have no order.
 */
#include "parts.h"

const un_scheme_rules un_scheme_hex = {.parse = un_parse_semver, .compare = un_compare_semver};
