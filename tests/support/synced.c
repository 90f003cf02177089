/* Loaded before a program's own libraries: notes in the file SYNCED_NOTES how much of each file was written through to the
 * disk, a line `size path` for each call. What is behind that a power cut may take. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int noted(const char *name, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  const char *notes = getenv("SYNCED_NOTES");
  struct stat status;
  int known = fstat(fd, &status) == 0;
  int result = real(fd);
  if (result == 0 && known && notes != NULL) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    int out = open(notes, O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (length > 0 && out >= 0) {
      path[length] = 0;
      dprintf(out, "%lld %s\n", (long long)status.st_size, path);
    }
    if (out >= 0) close(out);
  }
  return result;
}

int fsync(int fd) { return noted("fsync", fd); }
int fdatasync(int fd) { return noted("fdatasync", fd); }
