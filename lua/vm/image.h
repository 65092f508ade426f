/*
 * image.h: memory of a program that its build has filled.
 *
 * Opening a Lua state and its modules takes most of the time of a notice, and is the same each
 * time. So the program that notifies at each activation is linked with an empty image, run once by
 * the build, which opens its states with all their blocks in the image (pool.h), and gets what then
 * stands there in the place of the empty image. It begins where the build left off, and of the
 * pages of its file none is read but those that it touches.
 *
 * That works because such a program is linked at a fixed place, statically: what an image points at
 * is in the image or in the program. It holds nothing of the machine or the process that built it:
 * whatever looks at anything outside while the states are opened fails the build (evidence.h).
 *
 * The seed by which Lua spreads texts in its tables is part of an image, and so one for each build
 * and known to whoever has it. Of what strangers write such a program reads little, and hands the
 * rest over (record/strangers.lua); what a policy makes of it the last resort of its VM bounds.
 *
 * Other products have no image (no_image.c), and open their states each time.
 */
#ifndef UN_IMAGE_H
#define UN_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Set by whoever has an image: its bytes, whole pages, and how many there are room for. */
extern char un_image[];
extern const size_t un_image_room;

/*
 * Before all else: an image is read-only, and here it becomes memory of this process as other
 * memory is. false: there is none, or the process may not have so much; then nothing is open.
 */
bool un_image_open(void);

/*
 * From here on un_image_take gives memory, of which *root (size bytes, zeroed) is the first. To be
 * called once, by the build.
 */
void *un_image_begin(size_t root);

/* The size of what is filled; 0: it was too much. Nothing is given from here on. */
size_t un_image_end(void);

/* What un_image_begin gave while the image was built; NULL: it is empty, or not open. */
void *un_image_root(void);

/* Memory of the image, aligned as malloc's, while it is built; NULL: it is not, or has no room. */
void *un_image_take(size_t size);

/* Whether that is memory of the image, which nobody frees. */
bool un_image_holds(const void *memory);

#endif
