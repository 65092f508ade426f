/*
 * no_image.c: for the products that open their states each time.
 */
#include "image.h"

char un_image[1];
const size_t un_image_room = 0;
