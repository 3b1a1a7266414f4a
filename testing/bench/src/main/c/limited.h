// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
//
// What the loops share that run in a memory cgroup: the pages to access, from a table that Java has made, and the times they took.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIME_ONE_IN 16
#define MAX_SAMPLES (1 << 20)

struct table {
    const uint32_t *pages;
    uint64_t length;
};

// Mapped and not read into memory of this process, so that it is not of the memory that the group may have.
static inline struct table map_table(const char *path) {
    struct stat status;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &status)) {
        die(path);
    }
    void *memory = mmap(NULL, status.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (memory == MAP_FAILED) {
        die("mmap of a table");
    }
    close(fd);
    return (struct table){memory, status.st_size / sizeof(uint32_t)};
}

static inline void join_cgroup(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    FILE *processes = fopen(path, "w");
    if (processes == NULL || fprintf(processes, "%d", getpid()) < 0 || fclose(processes)) {
        die(path);
    }
}

static inline int compare_times(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// Sorts the times and prints the 50th, 99th and 99.9th of a hundred.
static inline void print_percentiles(uint32_t *ns, uint64_t count) {
    if (count == 0) {
        fprintf(stderr, "error: not one access was timed\n");
        exit(1);
    }
    qsort(ns, count, sizeof *ns, compare_times);
    printf("%u %u %u", ns[count / 2], ns[(uint64_t)(count * 0.99)], ns[(uint64_t)(count * 0.999)]);
}
