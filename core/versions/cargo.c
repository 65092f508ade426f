/*
 * cargo.c: versions of Rust's crates.
 *
 * Source: the documentation of the crate `semver`, by which Cargo orders. As semver.org has it, but
 * build metadata have an order: 0.14.0+1.2.0 comes before 0.14.0+1.3.0, and none before any.
 */
#include "parts.h"

const un_scheme_rules un_scheme_cargo = {.parse = un_parse_semver,
                                         .compare = un_compare_with_metadata};
