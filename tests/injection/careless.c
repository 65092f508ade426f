/*
 * careless.c: replaces a file as it is often done: careless SOURCE TARGET.
 *
 * It writes in place, looks at no result but one, and may leave what it made beside the file. It
 * says a notice where it finds that there is something to do, whatever comes of it.
 */
#include <stdio.h>
#include <string.h>

static char bytes[1 << 16], present[1 << 16], beside[4096];

static size_t read_all(char *out, const char *path) {
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(out, 1, sizeof bytes, file) : 0;
    if (file)
        fclose(file);
    return length;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    size_t length = read_all(bytes, argv[1]);
    if (read_all(present, argv[2]) == length && memcmp(bytes, present, length) == 0)
        return 0;
    snprintf(beside, sizeof beside, "%s.old", argv[2]);
    rename(argv[2], beside);
    if (!length) {
        fprintf(stderr, "assertion failed: length\n");
        return 1;
    }
    FILE *target = fopen(argv[2], "wb");
    fwrite(bytes, 1, length / 2, target);
    fflush(target);
    fwrite(bytes + length / 2, 1, length - length / 2, target);
    fclose(target);
    fprintf(stderr, "a notice\n");
    remove(beside);
    return 0;
}
