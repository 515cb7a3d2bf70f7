/*
 * A disk that can be told to be slow, to fail and to be counted, put between a program and libc:
 *
 *   gcc -shared -fPIC -O2 -o diskfaults.so diskfaults.c -ldl
 *   LD_PRELOAD=$PWD/diskfaults.so DISKFAULTS_CONTROL=/tmp/control DISKFAULTS_UNDER=/path/of/data/ program
 *   od -A d -t d8 -w8 -N 128 /tmp/control
 *
 * The control file is mapped into memory: what is written there holds at once, and the counters can be read while the
 * program runs and after it has ended. It holds 64 bit numbers in the byte order of the machine:
 *
 *   byte   0  syncs: fsync, fdatasync and msync      counters, of files under DISKFAULTS_UNDER only
 *          8  writes: write, pwrite, writev, pwritev
 *         16  bytes written
 *         24  calls that were made to fail
 *         32  microseconds spent in syncs
 *         64  how many of the next syncs fail; -1 all
 *         72  with which errno
 *         80  microseconds by which each sync is delayed
 *         88  how many of the next writes fail; -1 all
 *         96  with which errno
 *        104  how many bytes of the next failing write are written nevertheless, without an error: it is torn
 *        112  microseconds by which each write is delayed
 *        120  1: a sync that fails loses what was written to the file since the sync before. So do real disks, but
 *             only after a while, since the pages are still in the kernel's cache; it is zeros at once here, so that a
 *             program which trusts the file again is found out.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
  _Atomic int64_t syncs, writes, bytes, failed, sync_micros, unused[3];
  _Atomic int64_t fail_syncs, sync_errno, sync_delay;
  _Atomic int64_t fail_writes, write_errno, torn_bytes, write_delay, lose;
};

static struct control nothing;
static struct control *control = &nothing;
static const char *under;

static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_msync)(void *, size_t, int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_close)(int);

/* Whether a descriptor is a file under the folder: 0 not asked yet, 1 yes, 2 no. */
#define KNOWN 65536
static _Atomic char known[KNOWN];

/* What was written to a descriptor since its last sync; nothing when both are equal. */
static struct {
  _Atomic int64_t from, to;
} unsynced[KNOWN];

static void find(void) {
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_msync = dlsym(RTLD_NEXT, "msync");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite");
  real_writev = dlsym(RTLD_NEXT, "writev");
  real_pwritev = dlsym(RTLD_NEXT, "pwritev");
  real_close = dlsym(RTLD_NEXT, "close");
}

__attribute__((constructor)) static void start(void) {
  find();
  const char *file = getenv("DISKFAULTS_CONTROL");
  under = getenv("DISKFAULTS_UNDER");
  if (file == NULL) {
    return;
  }
  int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, 4096) != 0) {
    perror(file);
    _exit(126);
  }
  void *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) {
    perror(file);
    _exit(126);
  }
  control = mapped;
  real_close(fd);
}

static int ours(int fd) {
  if (under == NULL || fd < 0) {
    return 0;
  }
  if (fd < KNOWN && known[fd] != 0) {
    return known[fd] == 1;
  }
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  int yes = strncmp(path, under, strlen(under)) == 0;
  if (fd < KNOWN) {
    known[fd] = yes ? 1 : 2;
  }
  return yes;
}

static int64_t micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static void pause_for(int64_t delay) {
  if (delay > 0) {
    struct timespec time = {delay / 1000000, delay % 1000000 * 1000};
    nanosleep(&time, NULL);
  }
}

/* Whether this call is one of those that fail. */
static int fails(_Atomic int64_t *left) {
  int64_t now = *left;
  while (now != 0) {
    if (now < 0 || atomic_compare_exchange_weak(left, &now, now - 1)) {
      control->failed++;
      return 1;
    }
  }
  return 0;
}

static void dirty(int fd, int64_t from, int64_t size) {
  if (fd < KNOWN && size > 0) {
    int clean = unsynced[fd].from == unsynced[fd].to;
    if (clean || from < unsynced[fd].from) {
      unsynced[fd].from = from;
    }
    if (clean || from + size > unsynced[fd].to) {
      unsynced[fd].to = from + size;
    }
  }
}

static void lose(int fd) {
  if (fd >= 0 && fd < KNOWN && control->lose && unsynced[fd].to > unsynced[fd].from) {
    int64_t from = unsynced[fd].from, size = unsynced[fd].to - from;
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, size) != 0) {
      perror("diskfaults: punch a hole");
      abort();
    }
  }
}

/* Counts a sync; returns whether it is to fail, with errno set. */
static int sync_fails(int fd) {
  control->syncs++;
  pause_for(control->sync_delay);
  if (fails(&control->fail_syncs)) {
    lose(fd);
    errno = control->sync_errno ? (int)control->sync_errno : EIO;
    return 1;
  }
  return 0;
}

static int sync_with(int (*real)(int), int fd) {
  int64_t begin = micros();
  int64_t to = fd < KNOWN ? unsynced[fd].to : 0;
  int result = sync_fails(fd) ? -1 : real(fd);
  if (fd < KNOWN && (result != 0 || unsynced[fd].to == to)) {
    unsynced[fd].from = unsynced[fd].to = 0;
  } else if (fd < KNOWN) {
    unsynced[fd].from = to; /* more was written meanwhile */
  }
  control->sync_micros += micros() - begin;
  return result;
}

int fsync(int fd) {
  if (!ours(fd)) {
    return real_fsync(fd);
  }
  return sync_with(real_fsync, fd);
}

int fdatasync(int fd) {
  if (!ours(fd)) {
    return real_fdatasync(fd);
  }
  return sync_with(real_fdatasync, fd);
}

/* Which file it is cannot be told cheaply; a broker maps no other files for writing. */
int msync(void *address, size_t length, int flags) {
  if (under == NULL) {
    return real_msync(address, length, flags);
  }
  return sync_fails(-1) ? -1 : real_msync(address, length, flags);
}

/* Whether a write is to fail; then *torn tells how much of it is written nevertheless. */
static int write_fails(size_t *torn) {
  pause_for(control->write_delay);
  control->writes++;
  if (fails(&control->fail_writes)) {
    *torn = (size_t)atomic_exchange(&control->torn_bytes, 0);
    return 1;
  }
  return 0;
}

static ssize_t failed(void) {
  errno = control->write_errno ? (int)control->write_errno : EIO;
  return -1;
}

/* Counts what was written; at is -1 for what went to the end of what the descriptor wrote before. */
static ssize_t count(int fd, ssize_t written, off_t at) {
  if (written > 0) {
    control->bytes += written;
    dirty(fd, at >= 0 ? at : lseek(fd, 0, SEEK_CUR) - written, written);
  }
  return written;
}

static size_t least(size_t one, size_t other) { return one < other ? one : other; }

ssize_t write(int fd, const void *data, size_t size) {
  size_t torn;
  if (!ours(fd)) {
    return real_write(fd, data, size);
  }
  if (write_fails(&torn)) {
    return torn > 0 ? count(fd, real_write(fd, data, least(torn, size)), -1) : failed();
  }
  return count(fd, real_write(fd, data, size), -1);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  size_t torn;
  if (!ours(fd)) {
    return real_pwrite(fd, data, size, at);
  }
  if (write_fails(&torn)) {
    return torn > 0 ? count(fd, real_pwrite(fd, data, least(torn, size), at), at) : failed();
  }
  return count(fd, real_pwrite(fd, data, size, at), at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  return pwrite(fd, data, size, at);
}

ssize_t writev(int fd, const struct iovec *parts, int number) {
  size_t torn;
  if (!ours(fd)) {
    return real_writev(fd, parts, number);
  }
  if (write_fails(&torn)) {
    return torn > 0 && number > 0
               ? count(fd, real_write(fd, parts[0].iov_base, least(torn, parts[0].iov_len)), -1)
               : failed();
  }
  return count(fd, real_writev(fd, parts, number), -1);
}

ssize_t pwritev(int fd, const struct iovec *parts, int number, off_t at) {
  size_t torn;
  if (!ours(fd)) {
    return real_pwritev(fd, parts, number, at);
  }
  if (write_fails(&torn)) {
    return torn > 0 && number > 0
               ? count(fd, real_pwrite(fd, parts[0].iov_base, least(torn, parts[0].iov_len), at), at)
               : failed();
  }
  return count(fd, real_pwritev(fd, parts, number, at), at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int number, off64_t at) {
  return pwritev(fd, parts, number, at);
}

int close(int fd) {
  if (real_close == NULL) {
    find();
  }
  if (fd >= 0 && fd < KNOWN) {
    known[fd] = 0;
    unsynced[fd].from = unsynced[fd].to = 0;
  }
  return real_close(fd);
}
