/*
 * image.h: the image of the small program (lua/vm/image.h), and the build's run that fills it.
 */
#ifndef UN_COMMAND_IMAGE_H
#define UN_COMMAND_IMAGE_H

/* The first word of that run, which a program whose image is filled does not know. */
#define UN_IMAGE_BUILD "--fill-image"

/* Writes what the image is to hold to that file. Returns the exit code. */
int un_image_build(const char *path);

#endif
