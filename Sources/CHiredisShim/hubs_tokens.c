#include "reader_state.h"

/* Any address but NULL tells hiredis that an object was made. */
char hubs_made;

void *hubs_fail(hubs_reader *self, enum hubs_failure failure) {
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

void *hubs_push(hubs_reader *self, enum hubs_token_kind kind, int64_t number, const char *bytes, size_t length) {
    if (!grow((void **)&self->tokens, &self->token_room, self->token_count + 1, sizeof(struct stored_token)) ||
        !grow((void **)&self->text, &self->text_room, self->text_length + length, 1))
        return hubs_fail(self, HUBS_FAILURE_NO_MEMORY);
    if (length > 0)
        memcpy(self->text + self->text_length, bytes, length);
    self->tokens[self->token_count++] = (struct stored_token){
        .kind = kind, .number = number, .offset = self->text_length, .length = length};
    self->text_length += length;
    return &hubs_made;
}

void hubs_forget_tokens(hubs_reader *self) {
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

int hubs_keep(hubs_reader *self, hubs_bytes *bytes, const char *from) {
    bytes->position = -1;
    bytes->kept = malloc(bytes->length > 0 ? bytes->length : 1);
    if (bytes->kept == NULL) {
        hubs_fail(self, HUBS_FAILURE_NO_MEMORY);
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
    return result->position >= 0 ? 1 : hubs_keep(self, result, bytes);
}

void hubs_drop(hubs_bytes *bytes) {
    free(bytes->kept);
    bytes->kept = NULL;
}

/* The tokens held back are no message after all. */
int hubs_unfold(hubs_reader *self) {
    enum fold fold = self->fold;
    self->fold = FOLD_NONE;
    if (fold == FOLD_NONE)
        return 1;
    if (hubs_push(self, HUBS_TOKEN_ARRAY, 3, NULL, 0) == NULL)
        return 0;
    int is_shard = self->message_kind == HUBS_EVENT_SHARD_MESSAGE;
    if (fold >= FOLD_CHANNEL &&
        hubs_push(self, HUBS_TOKEN_BULK, 0, is_shard ? "smessage" : "message", is_shard ? 8 : 7) == NULL)
        return 0;
    if (fold < FOLD_PAYLOAD)
        return 1;
    const char *channel = self->channel.kept;
    if (channel == NULL)
        channel = self->input + self->channel.position;
    void *pushed = hubs_push(self, HUBS_TOKEN_BULK, 0, channel, self->channel.length);
    hubs_drop(&self->channel);
    return pushed != NULL;
}

void *hubs_folded_string(hubs_reader *self, const char *bytes, size_t length) {
    switch (self->fold) {
    case FOLD_KIND:
        if (length == 7 && memcmp(bytes, "message", 7) == 0) {
            self->fold = FOLD_CHANNEL;
            self->message_kind = HUBS_EVENT_MESSAGE;
            return &hubs_made;
        }
        if (length == 8 && memcmp(bytes, "smessage", 8) == 0) {
            self->fold = FOLD_CHANNEL;
            self->message_kind = HUBS_EVENT_SHARD_MESSAGE;
            return &hubs_made;
        }
        break;
    case FOLD_CHANNEL:
        self->fold = FOLD_PAYLOAD;
        return locate(self, &self->channel, bytes, length) ? &hubs_made : NULL;
    case FOLD_PAYLOAD:
        self->fold = FOLD_COMPLETE;
        return locate(self, &self->payload, bytes, length) ? &hubs_made : NULL;
    case FOLD_NONE:
    case FOLD_COMPLETE:
        break;
    }
    return hubs_unfold(self) ? hubs_push(self, HUBS_TOKEN_BULK, 0, bytes, length) : NULL;
}
