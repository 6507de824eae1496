/*
 * Preloaded into a database server, this makes each fsync and fdatasync take longer by a fixed time: a slower
 * disk under the same code. HOTPATH_FSYNC_DELAY_US says by how much, in microseconds.
 * The wait comes after the real call, so that nothing is reported durable before it is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_longer(void) {
  const char *text = getenv("HOTPATH_FSYNC_DELAY_US");
  long us = text == NULL ? 0 : strtol(text, NULL, 10);
  struct timespec left = {us / 1000000, us % 1000000 * 1000};
  while (us > 0 && nanosleep(&left, &left) != 0) {
    /* a signal came; the rest is in left */
  }
}

#define SLOW(name)                                                   \
  int name(int fd) {                                                 \
    static int (*real)(int);                                         \
    if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, #name);  \
    int result = real(fd);                                           \
    wait_longer();                                                   \
    return result;                                                   \
  }

SLOW(fsync)
SLOW(fdatasync)
