// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
//
// What threads that wait in faults cost one that does not have to: some threads touch pages that nobody answers, then one touches pages
// that are answered with UFFDIO_COPY. Each wake-up looks at every thread that waits at the same userfaultfd.
//
// usage: waiters_loop same|other WAITERS FAULTS
//   same   those who wait do so at the userfaultfd that the faults come by
//   other  at one of their own
// Prints the median nanoseconds of a fault. Build: gcc -O2 -o waiters_loop waiters_loop.c -llz4 -lpthread
#include "uffd_region.h"
#include <pthread.h>

#define MAX_WAITERS 1024
#define STACK_BYTES (64 << 10)

static uint64_t unanswered; // pages at the beginning of the region that are left alone

static void prepare(void) {}

static void answer(uint64_t address, uint64_t flags) {
    static char zeros[PAGE] __attribute__((aligned(4096)));
    (void)flags;
    if ((address - base) / PAGE >= unanswered) {
        struct uffdio_copy c = {.dst = address, .src = (uint64_t)zeros, .len = PAGE, .mode = UFFDIO_COPY_MODE_WP};
        if (ioctl(uffd, UFFDIO_COPY, &c)) {
            die("UFFDIO_COPY");
        }
    }
}

static void *wait_for_ever(void *page) {
    (void)*(volatile uint64_t *)page;
    return NULL;
}

static void start_waiters(char *memory, uint64_t waiters) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    for (uint64_t i = 0; i < waiters; i++) {
        pthread_t thread;
        if (pthread_create(&thread, &attributes, wait_for_ever, memory + i * PAGE)) {
            die("pthread_create");
        }
    }
    usleep(200000); // until all wait, and what there is to read has been read
}

static int rising(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    int same = argc == 4 && !strcmp(argv[1], "same");
    uint64_t waiters = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
    uint64_t faults = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
    if ((!same && (argc != 4 || strcmp(argv[1], "other"))) || waiters > MAX_WAITERS || faults == 0) {
        fprintf(stderr, "usage: waiters_loop same|other WAITERS FAULTS\n");
        return 2;
    }
    char *elsewhere = NULL;
    if (!same && waiters > 0) {
        pages = waiters;
        elsewhere = map_region();
        register_region();
    }
    unanswered = same ? waiters : 0;
    pages = unanswered + faults;
    char *memory = map_region();
    register_region();
    pid_t handler = start_handler(prepare, answer);
    start_waiters(elsewhere ? elsewhere : memory, waiters);
    uint64_t *ns = malloc(faults * sizeof *ns);
    memset(ns, 1, faults * sizeof *ns);
    for (uint64_t i = 0; i < faults; i++) {
        uint64_t start = now_ns();
        (void)*(volatile uint64_t *)(memory + (unanswered + i) * PAGE);
        ns[i] = now_ns() - start;
    }
    qsort(ns, faults, sizeof *ns, rising);
    printf("%llu\n", (unsigned long long)ns[faults / 2]);
    fflush(stdout);
    stop_handler(handler);
    _exit(0); // the others wait for ever
}
