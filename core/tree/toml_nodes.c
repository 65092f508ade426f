#include "toml_nodes.h"
#include "core/os/os.h"
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

bool un_toml_nodes_begin(un_toml_nodes *n, const un_toml_scanner *scanner) {
    *n = (un_toml_nodes){.scanner = scanner, .capacity = 64, .room = 128, .seed = un_os_random()};
    n->items = malloc(n->capacity * sizeof *n->items);
    n->slots = calloc(n->room, sizeof *n->slots);
    if (!n->items || !n->slots)
        return false;
    n->items[n->count++] = (un_toml_node){.kind = UN_TOML_HEADED};
    return true;
}

void un_toml_nodes_close(un_toml_nodes *n) {
    free(n->slots);
    n->slots = NULL;
}

void un_toml_nodes_free(un_toml_nodes *n) {
    free(n->items);
    free(n->slots);
    *n = (un_toml_nodes){0};
}

un_slice un_toml_key_of(const un_toml_nodes *n, uint32_t node) {
    const un_toml_node *item = &n->items[node];
    const char *bytes = item->decoded ? n->scanner->decoded : n->scanner->text.ptr;
    return (un_slice){bytes + item->key, item->length};
}

static bool has_key(const un_toml_nodes *n, uint32_t node) {
    un_toml_kind kind = n->items[n->items[node].parent].kind;
    return kind != UN_TOML_VALUE && kind != UN_TOML_LIST;
}

/* The slot of the child, or the free one where it belongs. */
static size_t slot_of(const un_toml_nodes *n, uint32_t parent, un_slice key) {
    uint64_t seed = n->seed + parent * 0x9E3779B97F4A7C15;
    size_t mask = n->room - 1, slot = XXH3_64bits_withSeed(key.ptr, key.len, seed) & mask;
    for (uint32_t node; (node = n->slots[slot]) != 0; slot = (slot + 1) & mask)
        if (n->items[node].parent == parent && n->items[node].length == key.len &&
            un_slice_equal(un_toml_key_of(n, node), key))
            break;
    return slot;
}

uint32_t un_toml_find(const un_toml_nodes *n, uint32_t parent, un_slice key) {
    return n->slots[slot_of(n, parent, key)];
}

static bool grow_slots(un_toml_nodes *n) {
    uint32_t *slots = calloc(n->room * 2, sizeof *slots);
    if (!slots)
        return false;
    free(n->slots);
    n->slots = slots;
    n->room *= 2;
    for (uint32_t node = 1; node < n->count; node++)
        if (has_key(n, node))
            slots[slot_of(n, n->items[node].parent, un_toml_key_of(n, node))] = node;
    return true;
}

static bool grow_items(un_toml_nodes *n) {
    size_t capacity = n->capacity + n->capacity / 2;
    un_toml_node *items = realloc(n->items, capacity * sizeof *items);
    if (!items)
        return false;
    n->items = items;
    n->capacity = capacity;
    return true;
}

static void link_child(un_toml_nodes *n, uint32_t child) {
    un_toml_node *item = &n->items[child], *parent = &n->items[item->parent];
    item->next = child;
    if (parent->last) {
        item->next = n->items[parent->last].next;
        n->items[parent->last].next = child;
    }
    parent->last = child;
}

uint32_t un_toml_add(un_toml_nodes *n, un_toml_node node) {
    if ((n->count == n->capacity && !grow_items(n)) || (n->count * 2 >= n->room && !grow_slots(n)))
        return 0;
    uint32_t child = (uint32_t)n->count++;
    n->items[child] = node;
    link_child(n, child);
    if (has_key(n, child))
        n->slots[slot_of(n, node.parent, un_toml_key_of(n, child))] = child;
    return child;
}

uint32_t un_toml_first(const un_toml_nodes *n, uint32_t parent) {
    uint32_t last = n->items[parent].last;
    return last ? n->items[last].next : 0;
}

uint32_t un_toml_next(const un_toml_nodes *n, uint32_t node) {
    return n->items[n->items[node].parent].last == node ? 0 : n->items[node].next;
}
