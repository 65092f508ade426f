#include "content.h"
#include "lines.h"

/* As far as git looks for a NUL to tell a binary file. */
#define BEGINNING 8000

/* What the first bytes of a file say that it is. */
static const struct {
    un_slice mark;
    const char *what;
} kinds[] = {
    {UN_LITERAL("#!/usr/bin/env bun\nbun-lockfile-format-v"),
     "Bun's binary lockfile; `bun install --save-text-lockfile` writes bun.lock, which can be "
     "read"},
    {UN_LITERAL("\x1F\x8B"), "compressed by gzip; unpack it first"},
    {UN_LITERAL("BZh91AY&SY"), "compressed by bzip2; unpack it first"},
    {UN_LITERAL("\xFD\x37zXZ"), "compressed by xz; unpack it first"},
    {UN_LITERAL("\x28\xB5\x2F\xFD"), "compressed by zstd; unpack it first"},
    {UN_LITERAL("PK\x03\x04"), "a ZIP archive; unpack it first"},
    {UN_LITERAL("\xFF\xFE"), "encoded in UTF-16; lockfiles are UTF-8"},
    {UN_LITERAL("\xFE\xFF"), "encoded in UTF-16; lockfiles are UTF-8"},
};

/* Of ASCII in UTF-16 every other byte is NUL. */
static bool is_wide(un_slice bytes) {
    if (bytes.len < 4)
        return false;
    return (!bytes.ptr[0] && bytes.ptr[1] && !bytes.ptr[2] && bytes.ptr[3]) ||
           (bytes.ptr[0] && !bytes.ptr[1] && bytes.ptr[2] && !bytes.ptr[3]);
}

un_status un_content_check(un_slice bytes, un_error *error) {
    un_slice beginning = un_slice_part(bytes, 0, bytes.len < BEGINNING ? bytes.len : BEGINNING);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (un_slice_starts(bytes, kinds[i].mark))
            return un_fail(error, UN_FORMAT, "%s", kinds[i].what);
    if (is_wide(bytes))
        return un_fail(error, UN_FORMAT, "encoded in UTF-16; lockfiles are UTF-8");
    size_t nul = un_slice_find(beginning, '\0');
    if (nul < beginning.len)
        return un_fail_offset(error, bytes, nul, "a NUL byte, as in a binary file");
    return UN_OK;
}

/* Seven of one character at the margin, and what they are the mark of behind a blank. YAML finds
 * fault with a line at the next one. */
static bool is_mark(const un_line *line, uint32_t faulty) {
    un_slice text = line->text;
    if (line->indent || text.len < 7 || !strchr("<>|=", *text.ptr) || !*text.ptr)
        return false;
    for (size_t i = 1; i < 7; i++)
        if (text.ptr[i] != *text.ptr)
            return false;
    if (*text.ptr == '=')
        return text.len == 7 && line->number <= faulty && faulty <= line->number + 1;
    return text.len == 7 || text.ptr[7] == ' ';
}

un_status un_content_conflict(un_slice text, uint32_t line, un_error *error) {
    for (un_line at = {0}; un_next_line(text, &at);)
        if (is_mark(&at, line))
            return un_fail_line(error, &at, "a merge conflict; settle it and try again");
    return UN_OK;
}
