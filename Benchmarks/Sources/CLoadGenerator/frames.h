// The few WebSocket frames the load generator knows. Source: RFC 6455, section 5.2.
#ifndef FRAMES_H
#define FRAMES_H

#include <stddef.h>

struct frame {
    size_t payload;
    int is_control;
};

/// Reads a frame's header; returns 0 while it is not complete.
int frame_parse(struct frame *frame, const unsigned char *header, size_t size);

/// Writes the masked frame that makes the server send a message to all; returns its size.
size_t frames_trigger(unsigned char *frame, int is_signalr);

/// Writes the masked frame with SignalR's handshake; returns its size.
size_t frames_handshake(unsigned char *frame);

#endif
