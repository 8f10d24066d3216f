#define _GNU_SOURCE /* memmem */

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
    FOLD_CHANNEL,   /* read: ... of which the first is "message" */
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

/* Any address but NULL tells hiredis that an object was made. */
static char made;

static void *fail(hubs_reader *self, enum hubs_failure failure) {
    if (self->failure == HUBS_FAILURE_NONE)
        self->failure = failure;
    return NULL;
}

/* MARK: Tokens */

static int grow(void **storage, size_t *room, size_t needed, size_t size) {
    if (needed <= *room)
        return 1;
    size_t wanted = *room < 16 ? 16 : *room;
    while (wanted < needed)
        wanted *= 2;
    void *grown = realloc(*storage, wanted * size);
    if (grown == NULL)
        return 0;
    *storage = grown;
    *room = wanted;
    return 1;
}

static void *push(hubs_reader *self, enum hubs_token_kind kind, int64_t number, const char *bytes, size_t length) {
    if (!grow((void **)&self->tokens, &self->token_room, self->token_count + 1, sizeof(struct stored_token)) ||
        !grow((void **)&self->text, &self->text_room, self->text_length + length, 1))
        return fail(self, HUBS_FAILURE_NO_MEMORY);
    if (length > 0)
        memcpy(self->text + self->text_length, bytes, length);
    self->tokens[self->token_count++] = (struct stored_token){
        .kind = kind, .number = number, .offset = self->text_length, .length = length};
    self->text_length += length;
    return &made;
}

static void forget_tokens(hubs_reader *self) {
    self->tokens_delivered = 0;
    self->token_count = 0;
    self->text_length = 0;
    if (self->text_room > KEPT_ROOM) {
        free(self->text);
        self->text = NULL;
        self->text_room = 0;
    }
    if (self->token_room > KEPT_ROOM / sizeof(struct stored_token)) {
        free(self->tokens);
        self->tokens = NULL;
        self->token_room = 0;
    }
}

/* MARK: Folding messages */

static int keep(hubs_reader *self, hubs_bytes *bytes, const char *from) {
    bytes->position = -1;
    bytes->kept = malloc(bytes->length > 0 ? bytes->length : 1);
    if (bytes->kept == NULL) {
        fail(self, HUBS_FAILURE_NO_MEMORY);
        return 0;
    }
    if (bytes->length > 0)
        memcpy(bytes->kept, from, bytes->length);
    return 1;
}

/*
 * Says where `bytes`, which lie in hiredis' buffer, lie in the current read: the end of that buffer is a copy of what
 * was fed last. Bytes that began in an earlier read are copied now, since hiredis moves its buffer on return.
 */
static int locate(hubs_reader *self, hubs_bytes *result, const char *bytes, size_t length) {
    int64_t offset = bytes - self->parser->buf;
    int64_t start = (int64_t)self->parser->len - (int64_t)self->fed;
    *result = (hubs_bytes){.position = offset - start, .length = length, .kept = NULL};
    return result->position >= 0 ? 1 : keep(self, result, bytes);
}

static void drop(hubs_bytes *bytes) {
    free(bytes->kept);
    bytes->kept = NULL;
}

/* The tokens held back are no message after all. */
static int unfold(hubs_reader *self) {
    enum fold fold = self->fold;
    self->fold = FOLD_NONE;
    if (fold == FOLD_NONE)
        return 1;
    if (push(self, HUBS_TOKEN_ARRAY, 3, NULL, 0) == NULL)
        return 0;
    if (fold >= FOLD_CHANNEL && push(self, HUBS_TOKEN_BULK, 0, "message", 7) == NULL)
        return 0;
    if (fold < FOLD_PAYLOAD)
        return 1;
    const char *channel = self->channel.kept;
    if (channel == NULL)
        channel = self->input + self->channel.position;
    void *pushed = push(self, HUBS_TOKEN_BULK, 0, channel, self->channel.length);
    drop(&self->channel);
    return pushed != NULL;
}

static void *folded_string(hubs_reader *self, const char *bytes, size_t length) {
    switch (self->fold) {
    case FOLD_KIND:
        if (length == 7 && memcmp(bytes, "message", 7) == 0) {
            self->fold = FOLD_CHANNEL;
            return &made;
        }
        break;
    case FOLD_CHANNEL:
        self->fold = FOLD_PAYLOAD;
        return locate(self, &self->channel, bytes, length) ? &made : NULL;
    case FOLD_PAYLOAD:
        self->fold = FOLD_COMPLETE;
        return locate(self, &self->payload, bytes, length) ? &made : NULL;
    case FOLD_NONE:
    case FOLD_COMPLETE:
        break;
    }
    return unfold(self) ? push(self, HUBS_TOKEN_BULK, 0, bytes, length) : NULL;
}

/* MARK: hiredis' object functions */

static void *create_string(const redisReadTask *task, char *bytes, size_t length) {
    hubs_reader *self = task->privdata;
    switch (task->type) {
    case REDIS_REPLY_STRING:
        return folded_string(self, bytes, length);
    case REDIS_REPLY_STATUS:
        return unfold(self) ? push(self, HUBS_TOKEN_STATUS, 0, bytes, length) : NULL;
    case REDIS_REPLY_ERROR:
        return unfold(self) ? push(self, HUBS_TOKEN_ERROR, 0, bytes, length) : NULL;
    default:
        return fail(self, HUBS_FAILURE_UNSUPPORTED);
    }
}

static void *array(const redisReadTask *task, int64_t elements) {
    hubs_reader *self = task->privdata;
    if (task->type != REDIS_REPLY_ARRAY)
        return fail(self, HUBS_FAILURE_UNSUPPORTED);
    int depth = 0;
    for (const redisReadTask *above = task->parent; above != NULL; above = above->parent)
        if (++depth >= MAX_DEPTH)
            return fail(self, HUBS_FAILURE_TOO_DEEP);
    if (depth == 0 && elements == 3) {
        self->fold = FOLD_KIND;
        return &made;
    }
    return unfold(self) ? push(self, HUBS_TOKEN_ARRAY, elements, NULL, 0) : NULL;
}

static void *create_integer(const redisReadTask *task, long long value) {
    hubs_reader *self = task->privdata;
    if (task->parent == NULL) {
        self->has_integer = 1;
        self->integer = value;
        return &made;
    }
    return unfold(self) ? push(self, HUBS_TOKEN_INTEGER, value, NULL, 0) : NULL;
}

static void *create_nil(const redisReadTask *task) {
    hubs_reader *self = task->privdata;
    if (task->type != REDIS_REPLY_STRING && task->type != REDIS_REPLY_ARRAY)
        return fail(self, HUBS_FAILURE_UNSUPPORTED);
    return unfold(self) ? push(self, HUBS_TOKEN_NULL, 0, NULL, 0) : NULL;
}

static void free_object(void *object) {
    (void)object;
}

#if HIREDIS_MAJOR >= 1
static void *create_array(const redisReadTask *task, size_t elements) {
    return elements > INT64_MAX ? fail(task->privdata, HUBS_FAILURE_TOO_LARGE) : array(task, (int64_t)elements);
}

static void *create_double(const redisReadTask *task, double value, char *text, size_t length) {
    (void)value, (void)text, (void)length;
    return fail(task->privdata, HUBS_FAILURE_UNSUPPORTED);
}

static void *create_bool(const redisReadTask *task, int value) {
    (void)value;
    return fail(task->privdata, HUBS_FAILURE_UNSUPPORTED);
}
#else
static void *create_array(const redisReadTask *task, int elements) {
    return array(task, elements);
}
#endif

static redisReplyObjectFunctions functions = {
    .createString = create_string,
    .createArray = create_array,
    .createInteger = create_integer,
    .createNil = create_nil,
#if HIREDIS_MAJOR >= 1
    .createDouble = create_double,
    .createBool = create_bool,
#endif
    .freeObject = free_object,
};

/* MARK: Limits */

/*
 * hiredis waits until a whole bulk string has come, and leaves its length unread until then. So an unfinished reply
 * whose rest holds a line end is a bulk string, and its length says now what it would become.
 */
static int within_limits(hubs_reader *self) {
    size_t rest = self->parser->len - self->parser->pos;
    size_t held = self->text_length + self->token_count * sizeof(struct stored_token) +
                  (self->fold == FOLD_PAYLOAD ? self->channel.length : 0);
    if (rest > self->limit || held > self->limit - rest)
        return 0;
    const char *start = self->parser->buf + self->parser->pos;
    if (rest > MAX_LINE && memmem(start, MAX_LINE, "\r\n", 2) == NULL)
        return 0;
    if (rest < 3 || memmem(start, rest < MAX_LENGTH_TEXT ? rest : MAX_LENGTH_TEXT, "\r\n", 2) == NULL)
        return 1;
    size_t announced = 0;
    for (; *start >= '0' && *start <= '9'; start++) {
        announced = announced * 10 + (size_t)(*start - '0');
        if (announced > self->limit - held)
            return 0;
    }
    return 1;
}

/* MARK: Reading */

hubs_reader *hubs_reader_create(size_t limit) {
    hubs_reader *self = calloc(1, sizeof(hubs_reader));
    if (self == NULL)
        return NULL;
    self->limit = limit;
    self->parser = redisReaderCreateWithFunctions(&functions);
    if (self->parser == NULL) {
        free(self);
        return NULL;
    }
    self->parser->privdata = self;
    return self;
}

void hubs_reader_free(hubs_reader *self) {
    if (self == NULL)
        return;
    redisReaderFree(self->parser);
    drop(&self->channel);
    drop(&self->payload);
    free(self->tokens);
    free(self->text);
    free(self);
}

void hubs_reader_begin(hubs_reader *self, const void *bytes, size_t length) {
    self->input = bytes;
    self->input_length = length;
    self->fed = 0;
}

static void finish(hubs_reader *self, hubs_event *event) {
    if (self->fold == FOLD_COMPLETE) {
        event->kind = HUBS_EVENT_MESSAGE;
        event->channel = self->channel;
        event->payload = self->payload;
        self->channel.kept = NULL;
        self->payload.kept = NULL;
        self->fold = FOLD_NONE;
    } else if (self->has_integer) {
        event->kind = HUBS_EVENT_INTEGER;
        event->number = self->integer;
        self->has_integer = 0;
    } else {
        event->kind = HUBS_EVENT_REPLY;
        event->number = (int64_t)self->token_count;
        self->tokens_delivered = 1;
    }
}

/* What lies in the read that ends now has to be kept. */
static int leave_input(hubs_reader *self) {
    if (self->fold == FOLD_PAYLOAD && self->channel.kept == NULL &&
        !keep(self, &self->channel, self->input + self->channel.position))
        return 0;
    self->input = NULL;
    self->input_length = 0;
    self->fed = 0;
    return 1;
}

static int feed(hubs_reader *self) {
    size_t rest = self->input_length - self->fed;
    size_t length = rest < SLICE ? rest : SLICE;
    if (redisReaderFeed(self->parser, self->input + self->fed, length) != REDIS_OK) {
        fail(self, HUBS_FAILURE_NO_MEMORY);
        return 0;
    }
    self->fed += length;
    return 1;
}

void hubs_reader_next(hubs_reader *self, hubs_event *event) {
    memset(event, 0, sizeof(*event));
    if (self->tokens_delivered)
        forget_tokens(self);
    while (self->failure == HUBS_FAILURE_NONE) {
        void *reply = NULL;
        if (redisReaderGetReply(self->parser, &reply) != REDIS_OK) {
            fail(self, HUBS_FAILURE_PROTOCOL);
            break;
        }
        if (reply != NULL) {
            finish(self, event);
            return;
        }
        if (!within_limits(self)) {
            fail(self, HUBS_FAILURE_TOO_LARGE);
            break;
        }
        if (self->fed == self->input_length) {
            if (!leave_input(self))
                break;
            event->kind = HUBS_EVENT_NEED_MORE;
            return;
        }
        if (!feed(self))
            break;
    }
    event->kind = HUBS_EVENT_FAILED;
}

hubs_token hubs_reader_token(const hubs_reader *self, size_t index) {
    struct stored_token token = self->tokens[index];
    return (hubs_token){
        .kind = token.kind,
        .number = token.number,
        .bytes = token.length > 0 ? self->text + token.offset : NULL,
        .length = token.length,
    };
}

enum hubs_failure hubs_reader_failure(const hubs_reader *self) {
    return self->failure;
}

const char *hubs_reader_failure_text(const hubs_reader *self) {
    return self->parser->errstr;
}

int hubs_hiredis_version(void) {
    return HIREDIS_MAJOR * 10000 + HIREDIS_MINOR * 100 + HIREDIS_PATCH;
}
