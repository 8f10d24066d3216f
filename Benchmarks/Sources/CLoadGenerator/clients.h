// A number of WebSocket clients on one thread and one epoll.
#ifndef CLIENTS_H
#define CLIENTS_H

#include <stddef.h>

/// The size of a message that a client receives, in bytes, whatever the server: a text of this size, or a call of a hub's
/// client method that is as long.
enum { message_size = 128 };

enum client_phase { client_connecting, client_upgrading, client_shaking_hands, client_open };

struct client {
    int socket;
    enum client_phase phase;
    /// Messages received so far.
    long received;
    /// What is left of the payload of the frame that is being received.
    size_t payload_left;
    /// Bytes of a frame's header, or of an answer to the upgrade, that are not complete yet.
    unsigned char header[1024];
    size_t header_size;
};

struct clients {
    int poll;
    unsigned short port;
    const char *path;
    int is_signalr;
    struct client *all;
    long count;
    long capacity;
    long connecting;
    /// How many clients lack each broadcast that is under way, by its number modulo the size.
    long missing[1024];
    long sent;
    long completed;
    long frames;
    long reads;
    unsigned char trigger[512];
    size_t trigger_size;
};

void clients_create(struct clients *clients, unsigned short port, const char *path, int is_signalr, long capacity);

/// Connects until there are as many clients as given, and each may receive.
void clients_connect(struct clients *clients, long count);

/// Keeps a number of broadcasts under way until so many, or for so long; returns when all have been received by all.
/// The first `senders` clients send in turns.
void clients_run(struct clients *clients, long in_flight, long senders, long broadcasts, double seconds);

/// Reads what comes for a while.
void clients_settle(struct clients *clients, double seconds);

void clients_destroy(struct clients *clients);

#endif
