// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
//
// 8-byte accesses to anonymous memory that is larger than its memory cgroup's limit: what the kernel's swap does with the accesses that
// Remap is given. Contents are the reference pages, and the pages to access come from a table a thread.
//
// usage: tier_loop PAGES CGROUP USAGE MM_STAT START WARM_MS MEASURE_MS WRITE_PERCENT MODE TABLE...
// USAGE is the group's file that says what it has, MM_STAT the zram device's: together the DRAM that this takes. START is where in its
// table a thread begins. MODE: set stores a random word, xor reads the word as well; chase goes from page to page by links that are in
// them, in the order of the first table, and chase-ahead follows 64 such chains at once, each step after one process_madvise(2) with
// MADV_WILLNEED for all. Warm-up and measurement are one run, so no access is made twice.
// Prints accesses a second, p50, p99 and p99.9 of an access in ns, and that DRAM in bytes.
//
// usage: tier_loop page SEED
// Prints a reference page.
// Build: gcc -O2 -o tier_loop tier_loop.c -lpthread
#define _GNU_SOURCE
#include "reference.h"
#include "limited.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define MAX_THREADS 16
#define FIRST_TABLE 10
#define MAX_CHAINS 64
#define MM_STAT_USED 3 // the pool's memory, its waste included

struct worker {
    _Alignas(64) _Atomic uint64_t accesses;
    pthread_t thread;
    struct table table;
    uint64_t at;
    uint64_t random;
    uint64_t sum; // so that loads are not left out
    uint32_t chains[MAX_CHAINS]; // the page that each is at
    uint32_t *samples;
    uint64_t sample_count;
};

static char *memory;
static unsigned write_percent;
static bool reads_what_it_writes;
static int chains; // that a thread follows; 0 if none
static int self;   // this process as a file descriptor
static atomic_bool stop, measuring;
static struct worker workers[MAX_THREADS];

static inline void access_one(struct worker *w) {
    w->random = next_random(w->random);
    volatile uint64_t *word = (uint64_t *)(memory + w->table.pages[w->at] * PAGE + (w->random >> 20 & 511) * 8);
    w->at = w->at + 1 == w->table.length ? 0 : w->at + 1;
    if (w->random % 100 >= write_percent) {
        w->sum += *word;
    } else if (reads_what_it_writes) {
        *word ^= w->random;
    } else {
        *word = w->random;
    }
}

// In the first word of a page: which page comes next, and whose link it is. PageLinks.java makes the same.
static inline uint64_t link_of(uint32_t page, uint32_t next) {
    return (uint64_t)((page + 1) * 0x9E3779B1u) << 32 | next;
}

static inline void follow(struct worker *w, int chain) {
    uint32_t page = w->chains[chain];
    uint64_t link = *(volatile uint64_t *)(memory + page * PAGE);
    if (link != link_of(page, (uint32_t)link)) {
        fprintf(stderr, "error: page %u has the link %lx\n", page, (unsigned long)link);
        exit(1);
    }
    w->chains[chain] = (uint32_t)link;
}

static inline void follow_all(struct worker *w) {
    struct iovec pages[MAX_CHAINS];
    for (int i = 0; i < chains; i++) {
        pages[i] = (struct iovec){memory + w->chains[i] * PAGE, PAGE};
    }
    if (syscall(SYS_process_madvise, self, pages, chains, MADV_WILLNEED, 0) < 0) {
        die("process_madvise");
    }
    for (int i = 0; i < chains; i++) {
        follow(w, i);
    }
}

// One access, or a step of all chains. Answers how many accesses that were.
static inline int access_timed(struct worker *w) {
    if (chains == 0) {
        access_one(w);
    } else if (chains == 1) {
        follow(w, 0);
    } else {
        follow_all(w);
        return chains;
    }
    return 1;
}

static void *access_some(void *argument) {
    struct worker *w = argument;
    while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
        uint64_t start = now_ns();
        int made = access_timed(w);
        uint64_t ns = now_ns() - start;
        if (atomic_load_explicit(&measuring, memory_order_relaxed) && w->sample_count < MAX_SAMPLES) {
            w->samples[w->sample_count++] = ns > UINT32_MAX ? UINT32_MAX : ns;
        }
        while (made < TIME_ONE_IN) {
            made += access_timed(w);
        }
        atomic_store_explicit(&w->accesses, w->accesses + made, memory_order_relaxed);
    }
    return NULL;
}

static uint64_t total(int threads) {
    uint64_t sum = 0;
    for (int i = 0; i < threads; i++) {
        sum += atomic_load(&workers[i].accesses);
    }
    return sum;
}

static uint64_t read_field(const char *path, int field) {
    unsigned long value = 0;
    FILE *file = fopen(path, "r");
    for (int i = 0; file != NULL && i < field; i++) {
        if (fscanf(file, "%lu", &value) != 1) {
            die(path);
        }
    }
    if (file == NULL) {
        die(path);
    }
    fclose(file);
    return value;
}

// Which page follows each in the table that begins with every page once; none where no links are followed.
static uint32_t *followers(uint64_t pages, const char *path) {
    if (chains == 0) {
        return NULL;
    }
    struct table table = map_table(path);
    uint32_t *next = malloc(pages * sizeof *next);
    for (uint64_t i = 0; i < pages; i++) {
        next[table.pages[i]] = table.pages[(i + 1) % pages];
    }
    return next;
}

static void fill(uint64_t pages, uint32_t *next) {
    memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED || madvise(memory, pages * PAGE, MADV_NOHUGEPAGE)) {
        die("mmap");
    }
    for (uint64_t i = 0; i < pages; i++) {
        make_page(memory + i * PAGE, i + 1);
        if (next != NULL) {
            *(uint64_t *)(memory + i * PAGE) = link_of(i, next[i]);
        }
    }
    free(next);
}

static void start_workers(int threads, uint64_t pages, uint64_t at, char **tables) {
    for (int i = 0; i < threads; i++) {
        struct worker *w = &workers[i];
        w->table = map_table(tables[i]);
        w->at = at % w->table.length;
        w->random = 99 + i;
        for (int chain = 0; chain < chains; chain++) {
            w->chains[chain] = w->table.pages[(w->at + chain * pages / MAX_CHAINS) % w->table.length];
        }
        w->samples = malloc(MAX_SAMPLES * sizeof *w->samples);
        pthread_create(&w->thread, NULL, access_some, w);
    }
}

static void report(int threads, double rate, uint64_t dram) {
    uint64_t count = 0;
    uint32_t *all = malloc((size_t)threads * MAX_SAMPLES * sizeof *all);
    for (int i = 0; i < threads; i++) {
        memcpy(all + count, workers[i].samples, workers[i].sample_count * sizeof *all);
        count += workers[i].sample_count;
    }
    printf("%.1f ", rate);
    print_percentiles(all, count);
    printf(" %lu\n", (unsigned long)dram);
    fflush(stdout);
}

static int print_page(uint64_t seed) {
    char page[PAGE];
    make_page(page, seed);
    return fwrite(page, PAGE, 1, stdout) != 1;
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "page")) {
        return print_page(strtoull(argv[2], NULL, 10));
    }
    int threads = argc - FIRST_TABLE;
    if (threads < 1 || threads > MAX_THREADS) {
        fprintf(stderr, "usage: tier_loop PAGES CGROUP USAGE MM_STAT START WARM_MS MEASURE_MS WRITE_PERCENT MODE TABLE...\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    join_cgroup(argv[2]);
    uint64_t pages = strtoull(argv[1], NULL, 10);
    write_percent = atoi(argv[8]);
    reads_what_it_writes = !strcmp(argv[9], "xor");
    chains = !strcmp(argv[9], "chase") ? 1 : !strcmp(argv[9], "chase-ahead") ? MAX_CHAINS : 0;
    self = syscall(SYS_pidfd_open, getpid(), 0);
    fill(pages, followers(pages, argv[FIRST_TABLE]));
    start_workers(threads, pages, strtoull(argv[5], NULL, 10), argv + FIRST_TABLE);
    usleep(atoi(argv[6]) * 1000);
    atomic_store(&measuring, true);
    uint64_t start = now_ns(), before = total(threads);
    usleep(atoi(argv[7]) * 1000);
    double rate = (total(threads) - before) / ((now_ns() - start) / 1e9);
    uint64_t dram = read_field(argv[3], 1) + read_field(argv[4], MM_STAT_USED);
    atomic_store(&stop, true);
    for (int i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    report(threads, rate, dram);
    return 0;
}
