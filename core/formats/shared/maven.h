/*
 * maven.h: what the lockfiles of packages from Maven's repositories have in common; between those
 * formats only.
 */
#ifndef UN_FORMATS_MAVEN_H
#define UN_FORMATS_MAVEN_H

#include "core/packages.h"

/* "group:name", in the list's arena; absent where a part is. UN_NO_MEMORY. */
un_status un_maven_name(un_slice *out, un_packages *packages, un_slice group, un_slice name,
                        un_error *error);

#endif
