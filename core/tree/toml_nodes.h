/*
 * toml_nodes.h: the tables of a TOML document while they are still open; between toml.c and its
 * parts.
 *
 * A table may be continued anywhere below, so a document is read in two rounds: the first checks
 * every byte and keeps one node for each key and each table, the second writes the tree in their
 * order and reads the values again where they stand. That holds memory small: an array of a
 * million numbers is one node.
 */
#ifndef UN_TOML_NODES_H
#define UN_TOML_NODES_H

#include "toml_scanner.h"
#include <stdint.h>

/* A node's lengths have 28 bits. */
#define UN_TOML_LIMIT (((size_t)1 << 28) - 1)

typedef enum un_toml_kind {
    UN_TOML_VALUE,  /* a scalar, or an array written with its elements: closed */
    UN_TOML_INLINE, /* {…}: closed */
    UN_TOML_LIST,   /* [[…]] */
    UN_TOML_SUPER,  /* only headers of tables inside named it so far */
    UN_TOML_HEADED, /* [table], or an element of [[…]] */
    UN_TOML_DOTTED, /* made by a key like a.b */
} un_toml_kind;

typedef struct un_toml_node {
    uint32_t parent, next, last; /* the next of the last child is the first; 0: none */
    uint32_t key;                /* offset; of an element, which has none, its end in the text */
    uint32_t length : 28, kind : 3, decoded : 1; /* of the key; decoded: not as it is in the text */
    uint32_t place;
} un_toml_node;

/* Node 0 is the root. A child of a VALUE is a {…} in its array; one of a LIST is an element. */
typedef struct un_toml_nodes {
    const un_toml_scanner *scanner;
    un_toml_node *items;
    size_t count, capacity;
    uint32_t *slots; /* of a hash of parent and key; 0: free */
    size_t room;
    uint64_t seed; /* so that nobody can make keys that collide */
} un_toml_nodes;

/* Begins with the root; false: no memory. */
bool un_toml_nodes_begin(un_toml_nodes *nodes, const un_toml_scanner *scanner);
void un_toml_nodes_free(un_toml_nodes *nodes);

/* The child of that key; 0: none. Expected time is constant. */
uint32_t un_toml_find(const un_toml_nodes *nodes, uint32_t parent, un_slice key);

/* Appends a child, whose `parent` is set; 0: no memory. */
uint32_t un_toml_add(un_toml_nodes *nodes, un_toml_node node);

un_slice un_toml_key_of(const un_toml_nodes *nodes, uint32_t node);
/* 0: there is none. */
uint32_t un_toml_first(const un_toml_nodes *nodes, uint32_t parent);
/* The sibling behind `node`; 0: it is the last. */
uint32_t un_toml_next(const un_toml_nodes *nodes, uint32_t node);

/* Gives back what only un_toml_find and un_toml_add need. */
void un_toml_nodes_close(un_toml_nodes *nodes);

#endif
