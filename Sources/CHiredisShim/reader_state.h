/* What the two halves of the shim share: the reader and its tokens. Not for users. */
#ifndef HUBS_READER_STATE_H
#define HUBS_READER_STATE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif

#include "CHiredisShim.h"

#include <stdlib.h>
#include <string.h>

#if __has_include(<hiredis/hiredis.h>)
#include <hiredis/hiredis.h>
#include <hiredis/read.h>
#else
#include <hiredis.h>
#include <read.h>
#endif

/* hiredis moves its buffer whenever 1 KiB of it is used up: small slices keep that move cheap. */
#define SLICE 4096
#define MAX_DEPTH 7
/* Longest status, error or integer line. hiredis searches an unfinished line from its start at each slice. */
#define MAX_LINE 65536
/* Longest text of a bulk string's length, with its sign and line end. */
#define MAX_LENGTH_TEXT 24
/* Room for tokens and their text beyond this is given back after the reply. */
#define KEPT_ROOM 65536

/* hiredis hands over one token at a time. While they look like a message, they are held back here. */
enum fold {
    FOLD_NONE,
    FOLD_KIND,      /* read: an outermost array of three */
    FOLD_CHANNEL,   /* read: ... of which the first is "message" or "smessage" */
    FOLD_PAYLOAD,   /* read: ... and the second is the channel */
    FOLD_COMPLETE
};

struct stored_token {
    enum hubs_token_kind kind;
    int64_t number;
    size_t offset;
    size_t length;
};

struct hubs_reader {
    redisReader *parser;
    size_t limit;

    const char *input;
    size_t input_length;
    size_t fed;

    enum fold fold;
    enum hubs_event_kind message_kind;  /* of the fold, from FOLD_CHANNEL on */
    hubs_bytes channel;
    hubs_bytes payload;

    int has_integer;
    int64_t integer;

    int tokens_delivered;
    struct stored_token *tokens;
    size_t token_count;
    size_t token_room;
    char *text;
    size_t text_length;
    size_t text_room;

    enum hubs_failure failure;
};

#pragma GCC visibility push(hidden)

/* Any address but NULL tells hiredis that an object was made. */
extern char hubs_made;

void *hubs_push(hubs_reader *self, enum hubs_token_kind kind, int64_t number, const char *bytes, size_t length);
void hubs_forget_tokens(hubs_reader *self);
int hubs_keep(hubs_reader *self, hubs_bytes *bytes, const char *from);
void hubs_drop(hubs_bytes *bytes);
int hubs_unfold(hubs_reader *self);
void *hubs_folded_string(hubs_reader *self, const char *bytes, size_t length);
void *hubs_fail(hubs_reader *self, enum hubs_failure failure);

#pragma GCC visibility pop

#endif
