#ifndef HUBS_FUZZ_DRIVER_H
#define HUBS_FUZZ_DRIVER_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer, which the Swift toolchain carries, as a function. Source: the libFuzzer documentation, "Using libFuzzer as a library". */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test_one_input)(const uint8_t *data, size_t size));

#endif
