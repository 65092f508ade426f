/*
 * library.c: what a library does not do, which a program may.
 */
#include "runtime.h"

const bool un_is_program = false;
