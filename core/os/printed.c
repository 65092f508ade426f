#include "printed.h"
#include "core/mask.h"
#include "os.h"
#include "process.h"
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PIECE 65536

static un_status take_output(un_printed *p, un_slice piece, un_error *error) {
    if (piece.len > p->output_limit - p->output.slice.len)
        return un_fail(error, UN_LIMIT, "%s: printed more than %zu bytes", p->command,
                       p->output_limit);
    return un_bytes_append(&p->output, piece, error);
}

/* A log that takes no more is left alone: it is no reason to end a check. */
static void log_errors(un_printed *p, un_slice piece) {
    size_t left = p->log < 0 ? 0 : p->log_left;
    if (piece.len > left)
        piece.len = left;
    while (piece.len > 0) {
        ssize_t written = un_os_write(p->log, piece.ptr, piece.len);
        if (written <= 0) {
            p->log_left = 0;
            return;
        }
        p->log_left -= (size_t)written;
        piece = un_slice_from(piece, (size_t)written);
    }
}

/* Older lines make room. */
static void keep_line(un_printed *p, const char *line, size_t length) {
    while (p->lines_length + length + 1 >= sizeof p->last_lines) {
        const char *end = memchr(p->last_lines, '\n', p->lines_length);
        size_t oldest = (size_t)(end - p->last_lines) + 1;
        p->lines_length -= oldest;
        memmove(p->last_lines, p->last_lines + oldest, p->lines_length);
    }
    memcpy(p->last_lines + p->lines_length, line, length);
    p->lines_length += length + 1;
    p->last_lines[p->lines_length - 1] = '\n';
    p->last_lines[p->lines_length] = '\0';
}

/* The beginning of the line, without what a terminal would obey. */
static void remember_line(un_printed *p) {
    size_t length = p->line < sizeof p->last_line ? p->line : sizeof p->last_line - 1;
    bool blank = true;
    char shown[sizeof p->last_line] = "";
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)p->pending[i];
        shown[i] = (char)(c == '\t' ? ' ' : c < ' ' || c == 127 ? '?' : c);
        blank = blank && shown[i] == ' ';
    }
    if (!blank) {
        memcpy(p->last_line, shown, sizeof shown);
        keep_line(p, shown, length);
    }
}

void un_printed_end_line(un_printed *p) {
    p->line = un_mask(p->pending, p->line);
    remember_line(p);
    if (p->kept)
        log_errors(p, (un_slice){p->pending, p->line});
    p->line = 0;
}

static void take_errors(un_printed *p, un_slice piece) {
    if (!p->kept)
        log_errors(p, piece);
    for (size_t i = 0; i < piece.len; i++) {
        char c = piece.ptr[i];
        if (c == '\n' || c == '\r') {
            un_printed_end_line(p);
            if (p->kept)
                log_errors(p, un_slice_part(piece, i, 1));
        } else if (p->line < sizeof p->pending) {
            p->pending[p->line++] = c;
        }
    }
}

/* *took: how long the piece was, which may be nothing. */
static un_status take(un_printed *p, un_stream stream, size_t *took, un_error *error) {
    char piece[PIECE];
    *took = 0;
    if (p->fds[stream] < 0)
        return UN_OK;
    ssize_t got = un_os_read(p->fds[stream], piece, sizeof piece);
    if (got < 0 && errno == EAGAIN)
        return UN_OK;
    if (got <= 0) {
        un_process_close(&p->fds[stream]);
        return UN_OK;
    }
    *took = (size_t)got;
    if (stream == UN_STREAM_OUTPUT)
        return take_output(p, (un_slice){piece, *took}, error);
    take_errors(p, (un_slice){piece, *took});
    return UN_OK;
}

un_status un_printed_take(un_printed *p, un_stream stream, un_error *error) {
    size_t took;
    return take(p, stream, &took, error);
}

un_status un_printed_take_rest(un_printed *p, un_stream stream, un_error *error) {
    int present = 0;
    if (p->fds[stream] < 0 || ioctl(p->fds[stream], FIONREAD, &present) != 0 || present < 0)
        return UN_OK;
    size_t left = (size_t)present, took = 1;
    un_status status = UN_OK;
    while (status == UN_OK && left > 0 && took > 0) {
        status = take(p, stream, &took, error);
        left = took < left ? left - took : 0;
    }
    return status;
}
