#include "frames.h"

#include <stdio.h>
#include <string.h>

#include "clients.h"

int frame_parse(struct frame *frame, const unsigned char *header, size_t size) {
    if (size < 2) return 0;
    size_t length = header[1] & 0x7F;
    size_t bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (size < 2 + bytes) return 0;
    if (bytes > 0) {
        length = 0;
        for (size_t index = 0; index < bytes; index++) length = length << 8 | header[2 + index];
    }
    frame->payload = length;
    frame->is_control = (header[0] & 0x08) != 0;
    return 1;
}

static size_t masked(unsigned char *frame, const char *text, size_t size) {
    static const unsigned char mask[4] = {0x37, 0xFA, 0x21, 0x3D};
    size_t header = size < 126 ? 2 : 4;
    frame[0] = 0x81;
    if (size < 126) {
        frame[1] = (unsigned char)(0x80 | size);
    } else {
        frame[1] = 0x80 | 126;
        frame[2] = (unsigned char)(size >> 8);
        frame[3] = (unsigned char)size;
    }
    memcpy(frame + header, mask, 4);
    for (size_t index = 0; index < size; index++) frame[header + 4 + index] = (unsigned char)text[index] ^ mask[index % 4];
    return header + 4 + size;
}

size_t frames_trigger(unsigned char *frame, int is_signalr) {
    char text[256], padding[message_size + 1];
    memset(padding, 'x', message_size);
    padding[message_size] = 0;
    if (!is_signalr) return masked(frame, padding, message_size);
    // As long an argument as makes the call that the hub sends to its clients a message of message_size bytes.
    int padded = message_size - (int)strlen("{\"type\":1,\"target\":\"Receive\",\"arguments\":[\"\"]}\x1e");
    int size = snprintf(text, sizeof text, "{\"type\":1,\"target\":\"Broadcast\",\"arguments\":[\"%.*s\"]}\x1e", padded, padding);
    return masked(frame, text, (size_t)size);
}

size_t frames_handshake(unsigned char *frame) {
    static const char text[] = "{\"protocol\":\"json\",\"version\":1}\x1e";
    return masked(frame, text, sizeof text - 1);
}
