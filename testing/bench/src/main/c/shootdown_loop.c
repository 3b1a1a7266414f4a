// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
//
// What evicting a page costs while other CPUs run threads of the same process, which have to drop its translation: a page is
// write-protected, read and punched, as Remap's manager does it to pages that lie apart.
//
// usage: shootdown_loop TARGETS PAGES
//   TARGETS  threads that compute on CPUs of their own, of those that the process may use but for the first
// Prints the median nanoseconds of a page, and the nanoseconds that the first target lost with each page; 0 without one.
// Build: gcc -O2 -o shootdown_loop shootdown_loop.c -llz4 -lpthread
#include "uffd_region.h"
#include <pthread.h>
#include <sched.h>

#define MAX_TARGETS 255
#define GAP_NS 200          // a step of the target's loop takes less
#define LONGEST_GAP_NS 20000 // beyond is somebody else's turn on that CPU

static volatile int stop;
static volatile uint64_t lost; // of the first target

static void run_on(int number) {
    cpu_set_t allowed, one;
    CPU_ZERO(&one);
    if (sched_getaffinity(0, sizeof allowed, &allowed)) {
        die("sched_getaffinity");
    }
    for (int cpu = 0, seen = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed) && seen++ == number) {
            CPU_SET(cpu, &one);
        }
    }
    if (!CPU_COUNT(&one) || sched_setaffinity(0, sizeof one, &one)) {
        die("not so many CPUs");
    }
}

static void *target(void *argument) {
    int number = (int)(uint64_t)argument;
    run_on(number);
    uint64_t before = now_ns();
    while (!stop) {
        uint64_t now = now_ns();
        if (number == 1 && now - before > GAP_NS && now - before < LONGEST_GAP_NS) {
            lost += now - before;
        }
        before = now;
    }
    return NULL;
}

static void present(void) {
    static char page[PAGE];
    memset(page, 1, sizeof page);
    for (uint64_t i = 0; i < pages; i++) {
        if (pwrite(memfd, page, PAGE, i * PAGE) != (ssize_t)PAGE) {
            die("pwrite");
        }
    }
    struct uffdio_continue c = {.range = {base, pages * PAGE}};
    if (ioctl(uffd, UFFDIO_CONTINUE, &c)) {
        die("UFFDIO_CONTINUE");
    }
}

static void evict(uint64_t page) {
    static char buffer[PAGE];
    struct uffdio_writeprotect w = {.range = {base + page * PAGE, PAGE}, .mode = UFFDIO_WRITEPROTECT_MODE_WP};
    if (ioctl(uffd, UFFDIO_WRITEPROTECT, &w) || pread(memfd, buffer, PAGE, page * PAGE) != (ssize_t)PAGE
        || fallocate(memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, page * PAGE, PAGE)) {
        die("eviction");
    }
}

static int rising(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    uint64_t targets = argc == 3 ? strtoull(argv[1], NULL, 10) : MAX_TARGETS + 1;
    pages = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    if (targets > MAX_TARGETS || pages == 0) {
        fprintf(stderr, "usage: shootdown_loop TARGETS PAGES\n");
        return 2;
    }
    map_region();
    register_region();
    present();
    for (uint64_t i = 1; i <= targets; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, target, (void *)i)) {
            die("pthread_create");
        }
    }
    run_on(0);
    usleep(50000);
    uint64_t *ns = malloc(pages * sizeof *ns), lost_before = lost;
    memset(ns, 1, pages * sizeof *ns);
    for (uint64_t i = 0; i < pages; i++) {
        uint64_t start = now_ns();
        evict(i * 61 % pages);
        ns[i] = now_ns() - start;
    }
    uint64_t lost_a_page = (lost - lost_before) / pages;
    stop = 1;
    qsort(ns, pages, sizeof *ns, rising);
    printf("%llu %llu\n", (unsigned long long)ns[pages / 2], (unsigned long long)lost_a_page);
    return 0;
}
