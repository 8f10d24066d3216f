// Publishes through hiredis, the reference: --socket PATH --payload BYTES --messages N [--batch 256].
// Commands of a batch are appended and leave in one write; then their replies are read.
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measuring.h"

static void expect_integer(redisContext *context) {
    redisReply *reply = NULL;
    if (redisGetReply(context, (void **)&reply) != REDIS_OK || reply->type != REDIS_REPLY_INTEGER) {
        fprintf(stderr, "PUBLISH failed: %s\n", reply != NULL && reply->str != NULL ? reply->str : context->errstr);
        exit(1);
    }
    freeReplyObject(reply);
}

static void publish(redisContext *context, const char *payload, size_t size, long count, long batch) {
    const char *parts[] = {"PUBLISH", "news", payload};
    const size_t sizes[] = {7, 4, size};
    for (long sent = 0; sent < count;) {
        long now = count - sent < batch ? count - sent : batch;
        for (long index = 0; index < now; index++) {
            if (redisAppendCommandArgv(context, 3, parts, sizes) != REDIS_OK) measuring_fail("redisAppendCommandArgv");
        }
        for (long index = 0; index < now; index++) expect_integer(context);
        sent += now;
    }
}

int main(int count, char **arguments) {
    const char *path = measuring_string(count, arguments, "--socket");
    size_t size = (size_t)measuring_integer(count, arguments, "--payload", 64);
    long messages = measuring_integer(count, arguments, "--messages", 100000);
    long batch = measuring_integer(count, arguments, "--batch", 256);
    if (path == NULL) measuring_fail("--socket is missing");

    redisContext *context = redisConnectUnix(path);
    if (context == NULL || context->err) measuring_fail("redisConnectUnix");
    char *payload = malloc(size + 1);
    if (payload == NULL) measuring_fail("malloc");
    memset(payload, 'x', size);

    double start = measuring_now(), cpu = measuring_cpu();
    publish(context, payload, size, messages, batch);
    printf("start=%.9f end=%.9f cpu=%.9f\n", start, measuring_now(), measuring_cpu() - cpu);
    free(payload);
    redisFree(context);
    return 0;
}
