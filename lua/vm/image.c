#include "image.h"
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* What memory is aligned to. */
#define UNIT 16

/* An image begins with it; an empty one is zeroed. */
typedef struct head {
    size_t used;
    void *root;
} head;

_Static_assert(sizeof(head) % UNIT == 0, "what follows the head is aligned");

static bool is_open, is_building, is_full;

static head *head_of_image(void) {
    return (head *)(void *)un_image;
}

bool un_image_open(void) {
    if (un_image_room < sizeof(head))
        return false;
    is_open = mprotect(un_image, un_image_room, PROT_READ | PROT_WRITE) == 0;
    return is_open;
}

void *un_image_take(size_t size) {
    if (!is_building)
        return NULL;
    head *image = head_of_image();
    size_t whole = (size + UNIT - 1) / UNIT * UNIT;
    is_full = is_full || whole < size || whole > un_image_room - image->used;
    if (is_full)
        return NULL;
    void *memory = un_image + image->used;
    image->used += whole;
    return memory;
}

void *un_image_begin(size_t root) {
    if (!is_open)
        return NULL;
    head *image = head_of_image();
    memset(un_image, 0, un_image_room);
    is_building = true;
    image->used = sizeof(head);
    image->root = un_image_take(root);
    return image->root;
}

size_t un_image_end(void) {
    is_building = false;
    return is_full ? 0 : head_of_image()->used;
}

void *un_image_root(void) {
    return is_open ? head_of_image()->root : NULL;
}

bool un_image_holds(const void *memory) {
    return (uintptr_t)memory - (uintptr_t)un_image < un_image_room;
}
