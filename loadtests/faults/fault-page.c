/*
 * Preloaded into a process, this makes its disk slow, its clock wrong, and known which bytes a power cut would
 * leave. A file that is mapped (HOTPATH_FAULT_PAGE) says what to do now, so that it can change while the process
 * runs, and counts what was done; rig/fault-page.ts is the other end of it.
 * In HOTPATH_SYNCED_DIRECTORY, for each journal and append-only file that the process has opened: its length when
 * it was last synced. Whoever kills the process can cut the file there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct page {
  int64_t fsync_delay_us;
  int64_t clock_step_us;
  int64_t fsyncs_delayed;
  int64_t clock_reads_stepped;
};

static struct page none;
static struct page *page = &none;
static const char *synced_directory;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void map_page(void) {
  const char *path = getenv("HOTPATH_FAULT_PAGE");
  const char *directory = getenv("HOTPATH_SYNCED_DIRECTORY");
  /* A copy: a program that changes its title, as Redis does, writes it over its environment. */
  if (directory != NULL) synced_directory = strdup(directory);
  int fd = path == NULL ? -1 : REAL(open)(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped != MAP_FAILED) page = mapped;
  close(fd);
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void note_synced(const char *path, int64_t bytes) {
  if (synced_directory == NULL) return;
  if (!ends_with(path, ".journal") && !ends_with(path, ".incr.aof")) return;
  const char *slash = strrchr(path, '/');
  char note[4096], text[24];
  snprintf(note, sizeof note, "%s/%s", synced_directory, slash == NULL ? path : slash + 1);
  int fd = REAL(open)(note, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return;
  snprintf(text, sizeof text, "%020lld", (long long)bytes);
  if (pwrite(fd, text, 20, 0) != 20) abort(); /* a wrong note would blame the process for nothing */
  close(fd);
}

static void note_opened(const char *path, int fd, int flags) {
  struct stat now;
  if (fd >= 0 && (flags & O_ACCMODE) != O_RDONLY && fstat(fd, &now) == 0) note_synced(path, now.st_size);
}

#define OPEN(name)                                               \
  int name(const char *path, int flags, ...) {                   \
    static __typeof__(&name) real;                               \
    if (real == NULL) real = REAL(name);                         \
    va_list more;                                                \
    va_start(more, flags);                                       \
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more);                                                \
    int fd = real(path, flags, mode);                            \
    note_opened(path, fd, flags);                                \
    return fd;                                                   \
  }

OPEN(open)
OPEN(open64)

static void wait_longer(void) {
  int64_t us = page->fsync_delay_us;
  if (us <= 0) return;
  struct timespec left = {us / 1000000, us % 1000000 * 1000};
  while (nanosleep(&left, &left) != 0) {
    /* a signal came; the rest is in left */
  }
  __atomic_add_fetch(&page->fsyncs_delayed, 1, __ATOMIC_RELAXED);
}

/* The wait comes after the real call, so that nothing is reported durable before it is. */
#define SYNC(name)                                                        \
  int name(int fd) {                                                      \
    static __typeof__(&name) real;                                        \
    if (real == NULL) real = REAL(name);                                  \
    struct stat before;                                                   \
    int known = fstat(fd, &before) == 0;                                  \
    int result = real(fd);                                                \
    if (result == 0 && known && synced_directory != NULL) {               \
      char link[40], path[4096];                                          \
      snprintf(link, sizeof link, "/proc/self/fd/%d", fd);                \
      ssize_t length = readlink(link, path, sizeof path - 1);             \
      path[length < 0 ? 0 : length] = 0;                                  \
      note_synced(path, before.st_size);                                  \
    }                                                                     \
    wait_longer();                                                        \
    return result;                                                        \
  }

SYNC(fsync)
SYNC(fdatasync)

static int64_t step_us(void) {
  int64_t us = page->clock_step_us;
  if (us != 0) __atomic_add_fetch(&page->clock_reads_stepped, 1, __ATOMIC_RELAXED);
  return us;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static __typeof__(&clock_gettime) real;
  if (real == NULL) real = REAL(clock_gettime);
  int result = real(clock, now);
  if (result != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
  int64_t us = step_us();
  if (us == 0) return result;
  int64_t ns = now->tv_nsec + us % 1000000 * 1000;
  now->tv_sec += us / 1000000 + (ns < 0 ? -1 : ns >= 1000000000 ? 1 : 0);
  now->tv_nsec = ns < 0 ? ns + 1000000000 : ns % 1000000000;
  return result;
}

int gettimeofday(struct timeval *now, void *zone) {
  struct timespec ns;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &ns) != 0) return -1;
  now->tv_sec = ns.tv_sec;
  now->tv_usec = ns.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}
