#define _GNU_SOURCE
#include "measuring.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) measuring_fail("clock_gettime");
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double measuring_now(void) { return seconds(CLOCK_MONOTONIC); }

double measuring_cpu(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

#ifdef __linux__
double measuring_cpu_of(pid_t process) {
    clockid_t clock;
    int result = clock_getcpuclockid(process, &clock);
    if (result != 0) {
        errno = result;
        measuring_fail("clock_getcpuclockid");
    }
    return seconds(clock);
}

// smaps_rollup adds up the page tables; the figures in `statm` lag behind by what each CPU has not yet handed in.
double measuring_rss_of(pid_t process) {
    char path[64], line[256];
    long kilobytes = -1;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)process);
    FILE *file = fopen(path, "r");
    if (file == NULL) measuring_fail(path);
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "Rss: %ld kB", &kilobytes) == 1) break;
    }
    fclose(file);
    if (kilobytes < 0) measuring_fail("no Rss in smaps_rollup");
    return (double)kilobytes * 1024;
}
#else
double measuring_cpu_of(pid_t process) {
    (void)process;
    measuring_fail("the CPU time of another process is read on Linux only");
}

double measuring_rss_of(pid_t process) {
    (void)process;
    measuring_fail("the memory of another process is read on Linux only");
}
#endif

const char *measuring_string(int count, char **arguments, const char *name) {
    for (int index = 1; index + 1 < count; index++) {
        if (strcmp(arguments[index], name) == 0) return arguments[index + 1];
    }
    return NULL;
}

int measuring_has(int count, char **arguments, const char *name) {
    for (int index = 1; index < count; index++) {
        if (strcmp(arguments[index], name) == 0) return 1;
    }
    return 0;
}

long measuring_integer(int count, char **arguments, const char *name, long fallback) {
    const char *text = measuring_string(count, arguments, name);
    return text == NULL ? fallback : strtol(text, NULL, 10);
}

void measuring_fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, errno == 0 ? "failed" : strerror(errno));
    exit(1);
}
