// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
//
// Uniform random 8-byte reads of a region larger than what may be resident, with nothing on top: faults decompress (LZ4) and copy,
// the oldest pages are punched, in batches, by the handler itself. Pages stay clean: nothing is protected, copied out or compressed.
//
// usage: rate_loop THREADS REGION_PAGES RESIDENT_PAGES WARM_UP_MS MEASURE_MS
// Prints accesses a second. Build: gcc -O2 -o rate_loop rate_loop.c -llz4 -lpthread
#include "uffd_region.h"
#include <pthread.h>

#define MAX_THREADS 16
#define BATCH 64

static uint64_t resident_pages;
static uint32_t *oldest; // ring, in the handler
static uint64_t head, tail;
static char *memory;
static volatile uint64_t accesses[MAX_THREADS][8];

static void prepare(void) {
    store_pages();
    oldest = malloc((resident_pages + BATCH) * sizeof *oldest);
}

static void evict_some(void) {
    for (int i = 0; i < BATCH; i++) {
        uint64_t page = oldest[tail++ % (resident_pages + BATCH)];
        if (fallocate(memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, page * PAGE, PAGE)) {
            die("fallocate");
        }
    }
}

static void answer(uint64_t address, uint64_t flags) {
    static char buffer[PAGE] __attribute__((aligned(4096)));
    struct uffdio_range range = {address, PAGE};
    if (flags & UFFD_PAGEFAULT_FLAG_MINOR) { // another thread's fault brought it in
        struct uffdio_continue c = {.range = range, .mode = 0};
        if (ioctl(uffd, UFFDIO_CONTINUE, &c)) {
            ioctl(uffd, UFFDIO_WAKE, &range);
        }
        return;
    }
    uint64_t page = (address - base) / PAGE;
    fetch(page, buffer);
    struct uffdio_copy c = {.dst = address, .src = (uint64_t)buffer, .len = PAGE, .mode = UFFDIO_COPY_MODE_WP};
    if (ioctl(uffd, UFFDIO_COPY, &c)) {
        ioctl(uffd, UFFDIO_WAKE, &range);
        return;
    }
    oldest[head++ % (resident_pages + BATCH)] = page;
    if (head - tail >= resident_pages) {
        evict_some();
    }
}

static void *reader(void *argument) {
    uint64_t thread = (uint64_t)argument, s = 777 + thread * 31;
    while (1) {
        s = next_random(s);
        (void)*(volatile uint64_t *)(memory + s % pages * PAGE);
        accesses[thread][0]++;
    }
    return NULL;
}

static uint64_t total(int threads) {
    uint64_t sum = 0;
    for (int i = 0; i < threads; i++) {
        sum += accesses[i][0];
    }
    return sum;
}

int main(int argc, char **argv) {
    int threads = argc == 6 ? atoi(argv[1]) : 0;
    if (threads < 1 || threads > MAX_THREADS) {
        fprintf(stderr, "usage: rate_loop THREADS REGION_PAGES RESIDENT_PAGES WARM_UP_MS MEASURE_MS\n");
        return 2;
    }
    pages = strtoull(argv[2], NULL, 10);
    resident_pages = strtoull(argv[3], NULL, 10);
    memory = map_region();
    register_region();
    pid_t handler = start_handler(prepare, answer);
    for (uint64_t i = 0; i < (uint64_t)threads; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, reader, (void *)i);
    }
    usleep(atoi(argv[4]) * 1000);
    uint64_t start = now_ns(), before = total(threads);
    usleep(atoi(argv[5]) * 1000);
    double seconds = (now_ns() - start) / 1e9;
    printf("%.0f\n", (total(threads) - before) / seconds);
    fflush(stdout);
    stop_handler(handler);
    _exit(0); // readers may be waiting for the handler
}
