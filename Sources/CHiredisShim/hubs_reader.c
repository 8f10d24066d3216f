#include "reader_state.h"

/* MARK: hiredis' object functions */

static void *create_string(const redisReadTask *task, char *bytes, size_t length) {
    hubs_reader *self = task->privdata;
    switch (task->type) {
    case REDIS_REPLY_STRING:
        return hubs_folded_string(self, bytes, length);
    case REDIS_REPLY_STATUS:
        return hubs_unfold(self) ? hubs_push(self, HUBS_TOKEN_STATUS, 0, bytes, length) : NULL;
    case REDIS_REPLY_ERROR:
        return hubs_unfold(self) ? hubs_push(self, HUBS_TOKEN_ERROR, 0, bytes, length) : NULL;
    default:
        return hubs_fail(self, HUBS_FAILURE_UNSUPPORTED);
    }
}

static void *array(const redisReadTask *task, int64_t elements) {
    hubs_reader *self = task->privdata;
    if (task->type != REDIS_REPLY_ARRAY)
        return hubs_fail(self, HUBS_FAILURE_UNSUPPORTED);
    int depth = 0;
    for (const redisReadTask *above = task->parent; above != NULL; above = above->parent)
        if (++depth >= MAX_DEPTH)
            return hubs_fail(self, HUBS_FAILURE_TOO_DEEP);
    if (depth == 0 && elements == 3) {
        self->fold = FOLD_KIND;
        return &hubs_made;
    }
    return hubs_unfold(self) ? hubs_push(self, HUBS_TOKEN_ARRAY, elements, NULL, 0) : NULL;
}

static void *create_integer(const redisReadTask *task, long long value) {
    hubs_reader *self = task->privdata;
    if (task->parent == NULL) {
        self->has_integer = 1;
        self->integer = value;
        return &hubs_made;
    }
    return hubs_unfold(self) ? hubs_push(self, HUBS_TOKEN_INTEGER, value, NULL, 0) : NULL;
}

static void *create_nil(const redisReadTask *task) {
    hubs_reader *self = task->privdata;
    if (task->type != REDIS_REPLY_STRING && task->type != REDIS_REPLY_ARRAY)
        return hubs_fail(self, HUBS_FAILURE_UNSUPPORTED);
    return hubs_unfold(self) ? hubs_push(self, HUBS_TOKEN_NULL, 0, NULL, 0) : NULL;
}

static void free_object(void *object) {
    (void)object;
}

#if HIREDIS_MAJOR >= 1
static void *create_array(const redisReadTask *task, size_t elements) {
    return elements > INT64_MAX ? hubs_fail(task->privdata, HUBS_FAILURE_TOO_LARGE) : array(task, (int64_t)elements);
}

static void *create_double(const redisReadTask *task, double value, char *text, size_t length) {
    (void)value, (void)text, (void)length;
    return hubs_fail(task->privdata, HUBS_FAILURE_UNSUPPORTED);
}

static void *create_bool(const redisReadTask *task, int value) {
    (void)value;
    return hubs_fail(task->privdata, HUBS_FAILURE_UNSUPPORTED);
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
    hubs_drop(&self->channel);
    hubs_drop(&self->payload);
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
        event->kind = self->message_kind;
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
        !hubs_keep(self, &self->channel, self->input + self->channel.position))
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
        hubs_fail(self, HUBS_FAILURE_NO_MEMORY);
        return 0;
    }
    self->fed += length;
    return 1;
}

void hubs_reader_next(hubs_reader *self, hubs_event *event) {
    memset(event, 0, sizeof(*event));
    if (self->tokens_delivered)
        hubs_forget_tokens(self);
    while (self->failure == HUBS_FAILURE_NONE) {
        void *reply = NULL;
        if (redisReaderGetReply(self->parser, &reply) != REDIS_OK) {
            hubs_fail(self, HUBS_FAILURE_PROTOCOL);
            break;
        }
        if (reply != NULL) {
            finish(self, event);
            return;
        }
        if (!within_limits(self)) {
            hubs_fail(self, HUBS_FAILURE_TOO_LARGE);
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

size_t hubs_reader_held(const hubs_reader *self) {
    return self->parser->len + self->text_room + self->token_room * sizeof(struct stored_token) +
           (self->channel.kept != NULL ? self->channel.length : 0);
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
