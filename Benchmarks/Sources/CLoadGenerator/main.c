// Loads a WebSocket server that hands what one client sends to all:
//   --port P --server PID --connections N [--path /] [--signalr] [--milliseconds T] [[--senders M] --in-flight K]...
//   --memory: reads the server's memory without connections, with N / 5, and with N.
// The first M clients send in turns (1). For each --in-flight it prints what was delivered, how long it took, and the CPU time of the server and of itself.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients.h"
#include "measuring.h"

static void broadcasts(struct clients *clients, pid_t server, long in_flight, long senders, double duration) {
    clients_run(clients, in_flight, senders, 50, 0);
    double start = measuring_now(), cpu = measuring_cpu(), server_cpu = measuring_cpu_of(server);
    long before = clients->completed;
    clients_run(clients, in_flight, senders, 0, duration);
    double seconds = measuring_now() - start;
    double deliveries = (double)(clients->completed - before) * (double)clients->count;
    printf("in-flight=%ld deliveries=%.0f seconds=%.6f server-cpu=%.6f cpu=%.6f frames=%ld reads=%ld\n", in_flight,
           deliveries, seconds, measuring_cpu_of(server) - server_cpu, measuring_cpu() - cpu, clients->frames,
           clients->reads);
    fflush(stdout);
}

static void memory(struct clients *clients, pid_t server, long connections) {
    // The first connection makes the server create what it creates once.
    clients_connect(clients, 1);
    double empty = measuring_rss_of(server);
    clients_connect(clients, connections / 5);
    clients_settle(clients, 0.3);
    double some = measuring_rss_of(server);
    double start = measuring_now();
    clients_connect(clients, connections);
    double seconds = measuring_now() - start;
    clients_settle(clients, 0.3);
    double all = measuring_rss_of(server);
    printf("connections=%ld empty=%.0f some=%.0f all=%.0f connect-seconds=%.6f\n", connections, empty, some, all, seconds);
}

int main(int count, char **arguments) {
    long port = measuring_integer(count, arguments, "--port", 0);
    pid_t server = (pid_t)measuring_integer(count, arguments, "--server", 0);
    long connections = measuring_integer(count, arguments, "--connections", 1000);
    const char *path = measuring_string(count, arguments, "--path");
    if (port <= 0 || server <= 0) measuring_fail("--port and --server are needed");

    struct clients clients;
    clients_create(&clients, (unsigned short)port, path == NULL ? "/" : path, measuring_has(count, arguments, "--signalr"),
                   connections);
    if (measuring_has(count, arguments, "--memory")) {
        memory(&clients, server, connections);
    } else {
        double seconds = (double)measuring_integer(count, arguments, "--milliseconds", 2000) / 1000;
        clients_connect(&clients, connections);
        long senders = 1;
        for (int index = 1; index + 1 < count; index++) {
            long value = strtol(arguments[index + 1], NULL, 10);
            if (strcmp(arguments[index], "--senders") == 0 && value > 0) senders = value;
            if (strcmp(arguments[index], "--in-flight") == 0) broadcasts(&clients, server, value, senders, seconds);
        }
    }
    clients_destroy(&clients);
    return 0;
}
