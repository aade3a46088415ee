/* Loaded before other libraries: counts the writes to one database file and its journals, and strikes at a chosen one.
 *
 *   NOORM_FAULT_FILE    the file; its journals start with the same name
 *   NOORM_FAULT_AT      the write to strike at, counted from 1; 0 strikes none
 *   NOORM_FAULT_SYNC    the call to synchronise to die at, counted from 1; 0 for none
 *   NOORM_FAULT_DEED    kill: the process dies instead of writing; torn: it dies after the first half;
 *                       full: this write and all that would need more room find the disk full;
 *                       error: this write alone fails
 *   NOORM_FAULT_COUNT   a file into which the numbers of writes and of calls to synchronise go when the process ends
 *
 * What a process that is killed has written stays written, synchronised or not: synchronising is left out, which makes
 * thousands of runs quick. It does not stand for a power cut.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum deed { NOTHING, KILL, TORN, FULL, ERROR };

static long writes, syncs;
static long at, at_sync;
static enum deed deed;
static const char *file;

static long number(const char *name)
{
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("NOORM_FAULT_DEED");
    file = getenv("NOORM_FAULT_FILE");
    at = number("NOORM_FAULT_AT");
    at_sync = number("NOORM_FAULT_SYNC");
    if (!text)
        deed = NOTHING;
    else if (!strcmp(text, "kill"))
        deed = KILL;
    else if (!strcmp(text, "torn"))
        deed = TORN;
    else if (!strcmp(text, "full"))
        deed = FULL;
    else
        deed = ERROR;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("NOORM_FAULT_COUNT");
    FILE *count = path ? fopen(path, "w") : NULL;
    if (count) {
        fprintf(count, "%ld %ld\n", writes, syncs);
        fclose(count);
    }
}

/* Whether a path is the file or one of its journals. */
static int is_ours(const char *path)
{
    return file && !strncmp(path, file, strlen(file));
}

static int is_ours_open(int descriptor)
{
    char link[64], path[4096];
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return is_ours(path);
}

/* Counts a write; 1 when it has to fail, with errno set. */
static int strikes(void)
{
    writes++;
    if (!at || writes < at || deed == NOTHING)
        return 0;
    if (deed == KILL)
        raise(SIGKILL);
    if (deed == ERROR && writes == at) {
        errno = EIO;
        return 1;
    }
    return 0;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset)
{
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real)
        real = dlsym(RTLD_NEXT, "pwrite64");
    if (is_ours_open(descriptor)) {
        if (strikes())
            return -1;
        if (at && writes >= at && deed == TORN) {
            real(descriptor, bytes, count / 2, offset);
            raise(SIGKILL);
        }
        if (at && writes >= at && deed == FULL && offset + (off64_t)count > lseek64(descriptor, 0, SEEK_END)) {
            errno = ENOSPC;
            return -1;
        }
    }
    return real(descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset)
{
    return pwrite64(descriptor, bytes, count, offset);
}

int ftruncate64(int descriptor, off64_t length)
{
    static int (*real)(int, off64_t);
    if (!real)
        real = dlsym(RTLD_NEXT, "ftruncate64");
    if (is_ours_open(descriptor) && strikes())
        return -1;
    return real(descriptor, length);
}

int ftruncate(int descriptor, off_t length)
{
    return ftruncate64(descriptor, length);
}

int unlink(const char *path)
{
    static int (*real)(const char *);
    if (!real)
        real = dlsym(RTLD_NEXT, "unlink");
    if (is_ours(path) && strikes())
        return -1;
    return real(path);
}

int fsync(int descriptor)
{
    if (is_ours_open(descriptor) && ++syncs == at_sync)
        raise(SIGKILL);
    return 0;
}

int fdatasync(int descriptor)
{
    return fsync(descriptor);
}
