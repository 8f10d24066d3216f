#define _GNU_SOURCE
#include "clients.h"

#ifdef __linux__
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frames.h"
#include "measuring.h"

/// How many connections are being made at the same time.
enum { connecting_at_once = 64 };

static unsigned char input[256 * 1024];

void clients_create(struct clients *clients, unsigned short port, const char *path, int is_signalr, long capacity) {
    struct rlimit files;
    memset(clients, 0, sizeof *clients);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    clients->poll = epoll_create1(0);
    if (clients->poll < 0) measuring_fail("epoll_create1");
    clients->port = port;
    clients->path = path;
    clients->is_signalr = is_signalr;
    clients->capacity = capacity;
    clients->all = calloc((size_t)capacity, sizeof *clients->all);
    if (clients->all == NULL) measuring_fail("calloc");
    clients->trigger_size = frames_trigger(clients->trigger, is_signalr);
}

static void send_all(const struct client *client, const void *bytes, size_t size) {
    if (send(client->socket, bytes, size, MSG_NOSIGNAL) != (ssize_t)size) measuring_fail("send");
}

static void begin(struct clients *clients) {
    struct client *client = &clients->all[clients->count];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(clients->port)};
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = client};
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (client->socket < 0) measuring_fail("socket");
    setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(client->socket, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) {
        measuring_fail("connect");
    }
    if (epoll_ctl(clients->poll, EPOLL_CTL_ADD, client->socket, &event) != 0) measuring_fail("epoll_ctl");
    clients->count++;
    clients->connecting++;
}

static void upgrade(struct clients *clients, struct client *client) {
    char request[512];
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(client->socket, SOL_SOCKET, SO_ERROR, &error, &length);
    errno = error;
    if (error != 0) measuring_fail("connect");
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                        clients->path, clients->port);
    send_all(client, request, (size_t)size);
    client->phase = client_upgrading;
    epoll_ctl(clients->poll, EPOLL_CTL_MOD, client->socket, &event);
}

static void opened(struct clients *clients, struct client *client) {
    client->phase = client_open;
    // It has no part in what was sent before.
    client->received = clients->sent;
    clients->connecting--;
}

/// Collects the answer to the upgrade; returns how many bytes belong to it.
static size_t take_answer(struct clients *clients, struct client *client, const unsigned char *bytes, size_t size) {
    static const char expected[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    unsigned char handshake[128];
    for (size_t index = 0; index < size; index++) {
        if (client->header_size == sizeof client->header) measuring_fail("the answer to the upgrade is too long");
        client->header[client->header_size++] = bytes[index];
        if (client->header_size < 4 || memcmp(client->header + client->header_size - 4, "\r\n\r\n", 4) != 0) continue;
        if (memcmp(client->header, "HTTP/1.1 101", 12) != 0 ||
            memmem(client->header, client->header_size, expected, sizeof expected - 1) == NULL) {
            measuring_fail("the server did not upgrade to WebSocket");
        }
        client->header_size = 0;
        if (clients->is_signalr) {
            send_all(client, handshake, frames_handshake(handshake));
            client->phase = client_shaking_hands;
        } else {
            opened(clients, client);
        }
        return index + 1;
    }
    return size;
}

static void received(struct clients *clients, struct client *client, long messages) {
    for (; messages > 0; messages--) {
        if (client->received >= clients->sent) measuring_fail("more arrived than was sent");
        long slot = client->received++ % 1024;
        if (--clients->missing[slot] == 0) clients->completed++;
    }
}

/// Takes a complete frame header: counts the messages that its payload holds.
static void take_frame(struct clients *clients, struct client *client, const struct frame *frame) {
    client->payload_left = frame->payload;
    if (frame->is_control) return;
    if (client->phase == client_shaking_hands) {
        // "{}" and its end; anything longer is an error.
        if (frame->payload != 3) measuring_fail("the handshake was refused");
        return opened(clients, client);
    }
    // Other than the messages, only the pings of SignalR come; they are shorter.
    clients->frames++;
    received(clients, client, (long)(frame->payload / message_size));
}

static void take(struct clients *clients, struct client *client, const unsigned char *bytes, size_t size) {
    size_t position = 0;
    if (client->phase == client_upgrading) position = take_answer(clients, client, bytes, size);
    while (position < size) {
        if (client->payload_left > 0) {
            size_t now = size - position < client->payload_left ? size - position : client->payload_left;
            client->payload_left -= now;
            position += now;
            continue;
        }
        struct frame frame;
        client->header[client->header_size++] = bytes[position++];
        if (frame_parse(&frame, client->header, client->header_size)) {
            client->header_size = 0;
            take_frame(clients, client, &frame);
        }
    }
}

static void turn(struct clients *clients, int milliseconds) {
    static struct epoll_event events[512];
    int count = epoll_wait(clients->poll, events, 512, milliseconds);
    for (int index = 0; index < count; index++) {
        struct client *client = events[index].data.ptr;
        if (client->phase == client_connecting) {
            upgrade(clients, client);
            continue;
        }
        ssize_t size = recv(client->socket, input, sizeof input, 0);
        if (size < 0 && errno == EAGAIN) continue;
        if (size <= 0) measuring_fail("the server closed a connection");
        clients->reads++;
        take(clients, client, input, (size_t)size);
    }
}

void clients_connect(struct clients *clients, long count) {
    while (clients->count < count || clients->connecting > 0) {
        while (clients->count < count && clients->connecting < connecting_at_once) begin(clients);
        turn(clients, 1000);
    }
}

void clients_run(struct clients *clients, long in_flight, long senders, long broadcasts, double seconds) {
    double end = measuring_now() + seconds;
    long last = clients->sent + broadcasts;
    for (;;) {
        int goes_on = broadcasts > 0 ? clients->sent < last : measuring_now() < end;
        if (!goes_on && clients->completed == clients->sent) return;
        while (goes_on && clients->sent - clients->completed < in_flight && (broadcasts == 0 || clients->sent < last)) {
            clients->missing[clients->sent % 1024] = clients->count;
            send_all(&clients->all[clients->sent++ % senders], clients->trigger, clients->trigger_size);
        }
        turn(clients, 1000);
    }
}

void clients_settle(struct clients *clients, double seconds) {
    double end = measuring_now() + seconds;
    while (measuring_now() < end) turn(clients, 50);
}

void clients_destroy(struct clients *clients) {
    for (long index = 0; index < clients->count; index++) close(clients->all[index].socket);
    close(clients->poll);
    free(clients->all);
}
#else
#include "measuring.h"

void clients_create(struct clients *clients, unsigned short port, const char *path, int is_signalr, long capacity) {
    (void)clients, (void)port, (void)path, (void)is_signalr, (void)capacity;
    measuring_fail("the load generator needs Linux (epoll)");
}

void clients_connect(struct clients *clients, long count) { (void)clients, (void)count; }

void clients_run(struct clients *clients, long in_flight, long senders, long broadcasts, double seconds) {
    (void)clients, (void)in_flight, (void)senders, (void)broadcasts, (void)seconds;
}

void clients_settle(struct clients *clients, double seconds) { (void)clients, (void)seconds; }

void clients_destroy(struct clients *clients) { (void)clients; }
#endif
