// What the C programs read of time and of other processes.
#ifndef MEASURING_H
#define MEASURING_H

#include <sys/types.h>

/// Seconds of a clock that all processes of a machine share.
double measuring_now(void);

/// The CPU time this process has used, in seconds, kernel included.
double measuring_cpu(void);

/// The CPU time another process has used, in seconds, kernel included. Linux only.
double measuring_cpu_of(pid_t process);

/// The memory of another process that is in RAM, in bytes. Linux only.
double measuring_rss_of(pid_t process);

/// The whole number after --name on the command line; `fallback` if it is not there.
long measuring_integer(int count, char **arguments, const char *name, long fallback);

/// The text after --name on the command line; NULL if it is not there.
const char *measuring_string(int count, char **arguments, const char *name);

/// Whether --name stands on the command line.
int measuring_has(int count, char **arguments, const char *name);

/// Says what went wrong, with errno's text, and ends the process.
void measuring_fail(const char *what) __attribute__((noreturn));

#endif
