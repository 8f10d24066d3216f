// Counts what arrives through hiredis' reader, the reference: --socket PATH --payload BYTES --messages N.
// Prints "ready", and when all have arrived, when that was and what it cost.
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measuring.h"

static char input[64 * 1024];

static void check(const redisReply *reply, size_t size) {
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 3 && reply->element[2]->type == REDIS_REPLY_STRING &&
        reply->element[2]->len == size) {
        return;
    }
    fprintf(stderr, "Something else than a message of %zu bytes arrived.\n", size);
    exit(1);
}

int main(int count, char **arguments) {
    const char *path = measuring_string(count, arguments, "--socket");
    size_t size = (size_t)measuring_integer(count, arguments, "--payload", 64);
    long messages = measuring_integer(count, arguments, "--messages", 100000);
    if (path == NULL) measuring_fail("--socket is missing");

    redisContext *context = redisConnectUnix(path);
    if (context == NULL || context->err) measuring_fail("redisConnectUnix");
    redisReply *confirmed = redisCommand(context, "SUBSCRIBE news");
    if (confirmed == NULL) measuring_fail("SUBSCRIBE");
    freeReplyObject(confirmed);
    printf("ready\n");
    fflush(stdout);

    redisReader *reader = redisReaderCreate();
    double cpu = 0;
    for (long received = 0; received < messages;) {
        ssize_t bytes = read(context->fd, input, sizeof input);
        if (bytes <= 0) measuring_fail("Redis closed the connection");
        if (received == 0) cpu = measuring_cpu();
        if (redisReaderFeed(reader, input, (size_t)bytes) != REDIS_OK) measuring_fail("redisReaderFeed");
        redisReply *reply = NULL;
        while (redisReaderGetReply(reader, (void **)&reply) == REDIS_OK && reply != NULL) {
            check(reply, size);
            freeReplyObject(reply);
            received++;
        }
    }
    printf("end=%.9f cpu=%.9f\n", measuring_now(), measuring_cpu() - cpu);
    redisReaderFree(reader);
    redisFree(context);
    return 0;
}
