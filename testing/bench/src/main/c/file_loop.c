// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
//
// Random 8-byte reads of a mapped file larger than the memory it may have, which a memory cgroup limits: what the kernel's page cache
// does with the accesses that Remap is given. The pages to read come from a table, and every word read is checked.
//
// usage: file_loop random|normal|umap FILE TABLE CGROUP MEMORY_BYTES THREADS WARM_ACCESSES WARM_MS MEASURE_MS none|scan|merge
//                  BYTES_A_SECOND [A B OUT]
// random maps with MADV_RANDOM, normal as FileChannel.map does. umap is LLNL's UMap, in a build with -DWITH_UMAP only: its buffer has that
// memory, the file is read past the page cache, and CGROUP is of no use. Beside the readers a thread may scan the file or merge A and B
// into OUT, at no more than the given pace, through MADV_SEQUENTIAL mappings of its own.
// Warms up by that many accesses, but no longer than the time.
// Prints accesses a second, p50, p99 and p99.9 in ns, the share that needed no read of the disk, how full its memory is, and the bytes a
// second beside.
// Build: gcc -O2 -o file_loop file_loop.c -lpthread [-DWITH_UMAP -IDIR/include -LDIR/lib -Wl,-rpath,DIR/lib -lumap]
#define _GNU_SOURCE
#include "reference.h"
#include "limited.h"
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#ifdef WITH_UMAP
#include "umap/umap.h"
#endif

#define WARM_THREADS 8
#define WARM_STEP_MS 5
#define SETTLE_MS 300
#define CHUNK (512UL << 10) // of each input of a merge
#define SCAN_CHUNK (64 * PAGE)

struct mapped {
    uint64_t seed; // of its content
    uint64_t bytes;
    const char *memory;
};

struct reader {
    pthread_t thread;
    uint64_t start; // in the table
    _Atomic uint64_t accesses;
    uint64_t major_faults;
    uint32_t *samples; // none while warming up
    uint64_t sample_count;
};

static struct mapped file, inputs[2];
static int output = -1;
static uint64_t pace;         // bytes a second
static uint64_t memory_bytes; // that the cgroup allows
static bool in_page_cache = true;
static struct table table;
static atomic_bool readers_stop, beside_stop;
static _Atomic uint64_t beside_bytes;

// Steele's SplitMix64. DataFile.java makes the same words.
static uint64_t word(uint64_t seed, uint64_t index) {
    uint64_t z = ((seed << 40) + index) * 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

static void check(const struct mapped *of, uint64_t index, uint64_t found) {
    if (found != word(of->seed, index)) {
        fprintf(stderr, "error: word %lu is %lx\n", (unsigned long)index, (unsigned long)found);
        exit(1);
    }
}

static void touch(const struct mapped *of, uint64_t index) {
    check(of, index, *(volatile const uint64_t *)(of->memory + index * sizeof(uint64_t)));
}

// Begins with nothing of it in memory, so that what is read is charged to this process's group.
static struct mapped map(const char *path, uint64_t seed, int advice) {
    struct stat status;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &status) || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED)) {
        die(path);
    }
    void *memory = mmap(NULL, status.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED || madvise(memory, status.st_size, advice)) {
        die("mmap");
    }
    close(fd);
    return (struct mapped){seed, status.st_size, memory};
}

#ifdef WITH_UMAP
// By UMap with as many pages of 4 KiB in its buffer as there is memory; the rest is as UMap comes.
static struct mapped map_by_umap(const char *path, uint64_t seed) {
    struct stat status;
    char pages[32];
    int fd = open(path, O_RDONLY | O_DIRECT);
    if (fd < 0 || fstat(fd, &status)) {
        die(path);
    }
    snprintf(pages, sizeof pages, "%lu", (unsigned long)(memory_bytes / PAGE));
    setenv("UMAP_BUFSIZE", pages, 1);
    void *memory = umap(NULL, status.st_size, PROT_READ, UMAP_PRIVATE, fd, 0);
    if (memory == UMAP_FAILED) {
        die("umap");
    }
    return (struct mapped){seed, status.st_size, memory};
}
#endif

static struct mapped map_main(const char *how, const char *path, const char *cgroup) {
#ifdef WITH_UMAP
    if (!strcmp(how, "umap")) {
        in_page_cache = false;
        return map_by_umap(path, 1);
    }
#endif
    join_cgroup(cgroup);
    return map(path, 1, strcmp(how, "random") ? MADV_NORMAL : MADV_RANDOM);
}

static void *read_some(void *argument) {
    struct reader *reader = argument;
    uint64_t s = 88172645463325252ull + reader->start, at = reader->start;
    while (!atomic_load_explicit(&readers_stop, memory_order_relaxed)) {
        for (int i = 0; i < TIME_ONE_IN; i++) {
            s = next_random(s);
            uint64_t index = table.pages[at] * (PAGE / 8) + (s >> 20 & 511);
            at = at + 1 == table.length ? 0 : at + 1;
            if (i == 0 && reader->samples != NULL && reader->sample_count < MAX_SAMPLES) {
                uint64_t start = now_ns();
                touch(&file, index);
                uint64_t ns = now_ns() - start;
                reader->samples[reader->sample_count++] = ns > UINT32_MAX ? UINT32_MAX : ns;
            } else {
                touch(&file, index);
            }
            atomic_store_explicit(&reader->accesses, reader->accesses + 1, memory_order_relaxed);
        }
    }
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    reader->major_faults = usage.ru_majflt;
    return NULL;
}

static void start_readers(struct reader *readers, int count) {
    uint64_t first = readers[0].samples != NULL ? table.length / (2 * WARM_THREADS) : 0; // not where a warm-up began
    atomic_store(&readers_stop, 0);
    for (int i = 0; i < count; i++) {
        readers[i].start = first + table.length * i / count;
        pthread_create(&readers[i].thread, NULL, read_some, &readers[i]);
    }
}

static void stop_readers(struct reader *readers, int count) {
    atomic_store(&readers_stop, 1);
    for (int i = 0; i < count; i++) {
        pthread_join(readers[i].thread, NULL);
    }
}

static uint64_t scan_step(uint64_t step) {
    uint64_t at = step * SCAN_CHUNK % file.bytes;
    for (uint64_t i = 0; i < SCAN_CHUNK && at + i < inputs[0].bytes; i += PAGE) {
        touch(&inputs[0], (at + i) / 8);
    }
    return SCAN_CHUNK;
}

static uint64_t merge_step(uint64_t step) {
    static char buffer[2 * CHUNK] __attribute__((aligned(4096)));
    uint64_t at = step * CHUNK % inputs[0].bytes;
    for (int i = 0; i < 2; i++) {
        memcpy(buffer + i * CHUNK, inputs[i].memory + at, CHUNK);
        for (uint64_t page = 0; page < CHUNK; page += PAGE) {
            check(&inputs[i], (at + page) / 8, *(uint64_t *)(buffer + i * CHUNK + page));
        }
    }
    if (pwrite(output, buffer, 2 * CHUNK, 2 * at % inputs[0].bytes) != 2 * CHUNK) {
        die("pwrite");
    }
    return 2 * CHUNK;
}

static void *work_beside(void *argument) {
    uint64_t (*step)(uint64_t) = (uint64_t(*)(uint64_t))argument;
    uint64_t start = now_ns(), done = 0;
    for (uint64_t i = 0; !atomic_load_explicit(&beside_stop, memory_order_relaxed); i++) {
        done += step(i);
        atomic_store(&beside_bytes, done);
        while ((now_ns() - start) / 1e9 * pace < done && !atomic_load(&beside_stop)) {
            usleep(1000);
        }
    }
    return NULL;
}

static uint64_t total(struct reader *readers, int count) {
    uint64_t sum = 0;
    for (int i = 0; i < count; i++) {
        sum += atomic_load(&readers[i].accesses);
    }
    return sum;
}

static uint64_t resident_pages(const struct mapped *of) {
    unsigned char *in_memory = malloc(of->bytes / PAGE);
    uint64_t count = 0;
    if (mincore((void *)of->memory, of->bytes, in_memory)) {
        die("mincore");
    }
    for (uint64_t i = 0; i < of->bytes / PAGE; i++) {
        count += in_memory[i] & 1;
    }
    free(in_memory);
    return count;
}

static void report(struct reader *readers, int count, double rate, double beside) {
    uint64_t samples = 0, faults = 0;
    double full = in_page_cache ? (double)resident_pages(&file) * PAGE / memory_bytes : NAN;
    uint32_t *all = malloc((size_t)count * MAX_SAMPLES * sizeof *all);
    for (int i = 0; i < count; i++) {
        memcpy(all + samples, readers[i].samples, readers[i].sample_count * sizeof *all);
        samples += readers[i].sample_count;
        faults += readers[i].major_faults;
    }
    double hits = in_page_cache ? 1 - (double)faults / total(readers, count) : NAN;
    printf("%.1f ", rate);
    print_percentiles(all, samples);
    printf(" %.5f %.5f %.0f\n", hits, full, beside);
    fflush(stdout);
}

static void warm_up(uint64_t accesses, uint64_t limit_ms) {
    struct reader *readers = calloc(WARM_THREADS, sizeof *readers);
    uint64_t end = now_ns() + limit_ms * 1000000;
    start_readers(readers, WARM_THREADS);
    while (total(readers, WARM_THREADS) < accesses && now_ns() < end) {
        usleep(WARM_STEP_MS * 1000);
    }
    stop_readers(readers, WARM_THREADS);
}

static void measure(int threads, int measure_ms) {
    struct reader *readers = calloc(threads, sizeof *readers);
    for (int i = 0; i < threads; i++) {
        readers[i].samples = malloc(MAX_SAMPLES * sizeof(uint32_t));
    }
    start_readers(readers, threads);
    usleep(SETTLE_MS * 1000);
    uint64_t start = now_ns(), before = total(readers, threads), beside = atomic_load(&beside_bytes);
    usleep(measure_ms * 1000);
    double seconds = (now_ns() - start) / 1e9;
    double rate = (total(readers, threads) - before) / seconds;
    beside = atomic_load(&beside_bytes) - beside;
    stop_readers(readers, threads);
    report(readers, threads, rate, beside / seconds);
}

static void open_inputs(char **argv) {
    inputs[0] = map(argv[12], 2, MADV_SEQUENTIAL);
    inputs[1] = map(argv[13], 3, MADV_SEQUENTIAL);
    output = open(argv[14], O_WRONLY | O_CREAT | O_DIRECT, 0600);
    if (output < 0) {
        output = open(argv[14], O_WRONLY | O_CREAT, 0600);
    }
    if (output < 0) {
        die(argv[14]);
    }
}

int main(int argc, char **argv) {
    if (argc != 12 && argc != 15) {
        fprintf(stderr, "usage: file_loop random|normal|umap FILE TABLE CGROUP MEMORY_BYTES "
                        "THREADS WARM_ACCESSES WARM_MS MEASURE_MS none|scan|merge BYTES_A_SECOND [A B OUT]\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    table = map_table(argv[3]);
    memory_bytes = strtoull(argv[5], NULL, 10);
    file = map_main(argv[1], argv[2], argv[4]);
    uint64_t (*step)(uint64_t) = NULL;
    if (!strcmp(argv[10], "scan")) {
        inputs[0] = map(argv[2], 1, MADV_SEQUENTIAL);
        step = scan_step;
    } else if (!strcmp(argv[10], "merge")) {
        open_inputs(argv);
        step = merge_step;
    }
    pace = strtoull(argv[11], NULL, 10);
    pthread_t beside;
    if (step != NULL) {
        pthread_create(&beside, NULL, work_beside, (void *)step);
    }
    warm_up(strtoull(argv[7], NULL, 10), strtoull(argv[8], NULL, 10));
    measure(atoi(argv[6]), atoi(argv[9]));
    atomic_store(&beside_stop, 1);
    if (step != NULL) {
        pthread_join(beside, NULL);
    }
    return 0;
}
