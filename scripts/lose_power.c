/* Writes down, in order, what a process does to the files of one folder, so that a loss of power can be tried out.

   Preloaded into the process. POWER_FOLDER is the folder, POWER_LOG the file to write into. A record is an operation,
   the number of an open file, an offset and a length, all 64 bits wide, then `length` bytes: what was written, or the
   name of the file. It is written after the operation was done, under one lock, so that the order is the true one.  */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { OPEN = 1, WRITE, SYNC, TRUNCATE, UNLINK, CREATE };
enum { FILES = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int into = -1;
static int64_t opened[FILES];  /* the number under which an open file is in the log; 0 for all others */
static int64_t count;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static void put(const void *data, size_t size) {
    const char *at = data;
    while (size > 0) {
        ssize_t done = REAL(write)(into, at, size);
        if (done < 0 && errno != EINTR) abort();
        if (done > 0) { at += done; size -= (size_t)done; }
    }
}

static void note(int64_t what, int64_t file, int64_t offset, const void *data, size_t size) {
    int64_t head[4] = {what, file, offset, data ? (int64_t)size : 0};
    int kept = errno;
    put(head, sizeof head);
    if (data) put(data, size);
    errno = kept;
}

/* The part of a path behind the folder, "." for the folder itself; NULL for all other paths. */
static const char *within(const char *path) {
    const char *folder = getenv("POWER_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    if (!length || strncmp(path, folder, length)) return NULL;
    if (!path[length]) return ".";
    return path[length] == '/' ? path + length + 1 : NULL;
}

static int is_logged(int file) {
    if (into < 0 && getenv("POWER_LOG")) into = REAL(open)(getenv("POWER_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    return file >= 0 && file < FILES && opened[file] && into >= 0;
}

static int opening(const char *path, int flags, mode_t mode) {
    const char *name = within(path);
    if (!name) return REAL(open)(path, flags, mode);
    pthread_mutex_lock(&lock);
    int created = (flags & O_CREAT) && access(path, F_OK) != 0;
    int file = REAL(open)(path, flags, mode);
    if (file >= 0 && file < FILES) {
        opened[file] = ++count;
        if (is_logged(file)) note(created ? CREATE : OPEN, opened[file], 0, name, strlen(name));
    }
    pthread_mutex_unlock(&lock);
    return file;
}

#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        mode_t mode = 0; \
        if (flags & O_CREAT) { va_list rest; va_start(rest, flags); mode = (mode_t)va_arg(rest, int); va_end(rest); } \
        return opening(path, flags, mode); \
    }
OPENING(open)
OPENING(open64)

int close(int file) {
    pthread_mutex_lock(&lock);
    if (file >= 0 && file < FILES) opened[file] = 0;
    pthread_mutex_unlock(&lock);
    return REAL(close)(file);
}

static ssize_t noted(int file, const void *data, ssize_t done, off_t offset) {
    if (done > 0 && is_logged(file)) note(WRITE, opened[file], offset, data, (size_t)done);
    return done;
}

ssize_t write(int file, const void *data, size_t size) {
    if (file < 0 || file >= FILES || !opened[file]) return REAL(write)(file, data, size);
    pthread_mutex_lock(&lock);
    off_t offset = lseek(file, 0, SEEK_CUR);
    ssize_t done = noted(file, data, REAL(write)(file, data, size), offset);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset) {
    pthread_mutex_lock(&lock);
    ssize_t done = noted(file, data, REAL(pwrite)(file, data, size, offset), offset);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset) {
    pthread_mutex_lock(&lock);
    ssize_t done = noted(file, data, REAL(pwrite64)(file, data, size, offset), (off_t)offset);
    pthread_mutex_unlock(&lock);
    return done;
}

#define NOTED(name, call, what, offset) \
    { \
        pthread_mutex_lock(&lock); \
        int done = call; \
        if (!done && is_logged(file)) note(what, opened[file], offset, NULL, 0); \
        pthread_mutex_unlock(&lock); \
        return done; \
    }

int fsync(int file) NOTED(fsync, REAL(fsync)(file), SYNC, 0)
int fdatasync(int file) NOTED(fdatasync, REAL(fdatasync)(file), SYNC, 0)
int ftruncate(int file, off_t size) NOTED(ftruncate, REAL(ftruncate)(file, size), TRUNCATE, size)
int ftruncate64(int file, off64_t size) NOTED(ftruncate64, REAL(ftruncate64)(file, size), TRUNCATE, (int64_t)size)

int unlink(const char *path) {
    const char *name = within(path);
    pthread_mutex_lock(&lock);
    int done = REAL(unlink)(path);
    is_logged(-1);
    if (name && !done && into >= 0) note(UNLINK, 0, 0, name, strlen(name));
    pthread_mutex_unlock(&lock);
    return done;
}
