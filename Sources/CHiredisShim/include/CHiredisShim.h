#ifndef HUBS_CHIREDIS_SHIM_INCLUDE_H
#define HUBS_CHIREDIS_SHIM_INCLUDE_H

/*
 * hiredis' reply reader behind types of our own.
 *
 * Give it the bytes of one read with hubs_reader_begin(), then call hubs_reader_next() until it answers
 * HUBS_EVENT_NEED_MORE or HUBS_EVENT_FAILED. The bytes must stay where they are until then; afterwards the reader
 * no longer looks at them. No reply tree is built: a published message is one event that says where in the read its
 * channel and payload lie, an integer is one event, every other reply is a list of tokens in reading order.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct hubs_reader hubs_reader;

enum __attribute__((enum_extensibility(closed))) hubs_event_kind {
    HUBS_EVENT_NEED_MORE,      /* the read is used up; unfinished replies are kept */
    HUBS_EVENT_MESSAGE,        /* an array of the bulk strings "message", channel, payload */
    HUBS_EVENT_SHARD_MESSAGE,  /* the same with "smessage", for channels of sharded publishing */
    HUBS_EVENT_INTEGER,        /* an integer that is a whole reply */
    HUBS_EVENT_REPLY,          /* any other reply, as tokens; they are valid until the next call */
    HUBS_EVENT_FAILED          /* see hubs_reader_failure(); the reader answers nothing else from now on */
};

enum __attribute__((enum_extensibility(closed))) hubs_token_kind {
    HUBS_TOKEN_STATUS,
    HUBS_TOKEN_ERROR,
    HUBS_TOKEN_INTEGER,
    HUBS_TOKEN_BULK,
    HUBS_TOKEN_NULL,
    HUBS_TOKEN_ARRAY       /* number is the count of elements, whose tokens follow */
};

enum __attribute__((enum_extensibility(closed))) hubs_failure {
    HUBS_FAILURE_NONE,
    HUBS_FAILURE_PROTOCOL,      /* hiredis refused the bytes */
    HUBS_FAILURE_UNSUPPORTED,   /* a RESP3 type */
    HUBS_FAILURE_TOO_DEEP,      /* arrays nested deeper than 7 */
    HUBS_FAILURE_TOO_LARGE,     /* an unfinished reply over the limit, or one that announces to become so */
    HUBS_FAILURE_NO_MEMORY
};

/* Bytes of a message. */
typedef struct {
    int64_t position;  /* offset in the current read; negative if they began in an earlier one */
    size_t length;
    void *kept;        /* then a copy of them, which the caller owns and must free() */
} hubs_bytes;

typedef struct {
    enum hubs_event_kind kind;
    int64_t number;      /* HUBS_EVENT_INTEGER: the value. HUBS_EVENT_REPLY: the count of tokens */
    hubs_bytes channel;  /* HUBS_EVENT_MESSAGE and HUBS_EVENT_SHARD_MESSAGE */
    hubs_bytes payload;  /* the same */
} hubs_event;

typedef struct {
    enum hubs_token_kind kind;
    int64_t number;
    const char *bytes;   /* valid until the next call of hubs_reader_next() */
    size_t length;
} hubs_token;

/* A reader that refuses unfinished replies over `limit` bytes. NULL if there is no memory. */
hubs_reader *hubs_reader_create(size_t limit);
void hubs_reader_free(hubs_reader *self);

void hubs_reader_begin(hubs_reader *self, const void *bytes, size_t length);
void hubs_reader_next(hubs_reader *self, hubs_event *event);

/* The token at `index`, which must be less than the count in the event. */
hubs_token hubs_reader_token(const hubs_reader *self, size_t index);

/* How many bytes are kept for what is unfinished and for tokens; what hiredis reserves beyond its own is not counted. */
size_t hubs_reader_held(const hubs_reader *self);

enum hubs_failure hubs_reader_failure(const hubs_reader *self);
/* What hiredis says about HUBS_FAILURE_PROTOCOL. Never NULL. */
const char *hubs_reader_failure_text(const hubs_reader *self);

/* The version of the hiredis headers this was compiled with, as 10000 * major + 100 * minor + patch. */
int hubs_hiredis_version(void);

#endif
