/*
 * faces.c: every face, for the products that also check.
 */
#include "module.h"
#include <stddef.h>

const un_face un_faces[] = {un_bind_system, un_bind_agent,    un_bind_directory, un_bind_builtin,
                            un_bind_vm,     un_bind_lockfile, un_bind_tree,      un_bind_scheme,
                            un_bind_child,  un_bind_question, un_bind_charset,   NULL};
