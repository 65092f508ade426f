/*
 * yaml_keys.h: keys that libyaml takes for too long; for yaml.c only.
 *
 *     un_yaml_keys keys = {0};
 *     status = un_yaml_split_keys(&keys, text, &error);
 *     if (keys.count) parse(keys.text), whose byte `at` stood in `text` at un_yaml_origin(&keys,
 * at); un_yaml_keys_free(&keys);
 *
 * "key: value" with a key of more than 1,024 characters is no YAML to libyaml, but lockfiles have
 * such keys, which list all that asks for a package or all peers that it meets. Written as "? key"
 * with the colon on a line of its own it means the same, and has no limit. It is enough to know
 * what is quoted, what is the text of a scalar and how many brackets are open: what is no YAML
 * stays none. Time is linear.
 */
#ifndef UN_YAML_KEYS_H
#define UN_YAML_KEYS_H

#include "core/arena.h"
#include "core/error.h"

typedef struct un_yaml_keys {
    struct un_yaml_key *list;
    size_t count, capacity;
    un_slice text; /* with the keys split; absent where there are none */
    un_arena arena;
} un_yaml_keys;

/* UN_NO_MEMORY. Release with un_yaml_keys_free, also after a failure. */
un_status un_yaml_split_keys(un_yaml_keys *out, un_slice text, un_error *error);

/* What stands at the byte `at` of keys->text in the text that it was made of. */
size_t un_yaml_origin(const un_yaml_keys *keys, size_t at);

void un_yaml_keys_free(un_yaml_keys *keys);

#endif
