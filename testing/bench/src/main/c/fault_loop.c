// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
//
// What a page fault costs with nothing on top: one thread touches pages, another process answers each fault as Remap's manager does.
//
// usage: fault_loop KIND PAGES SEED
//   ZERO_FILL      missing page            -> UFFDIO_COPY of zeros, write-protected
//   SAME_FILLED    missing page            -> fill a buffer with one value, UFFDIO_COPY, write-protected
//   FETCH          missing page            -> LZ4 decompression, UFFDIO_COPY, write-protected
//   MINOR          present, unmapped page  -> UFFDIO_CONTINUE
//   WRITE_PROTECT  write to a clean page   -> UFFDIO_WRITEPROTECT, cleared
//
// Touches each page once, in random order, and writes the nanoseconds that each touch took to standard output: PAGES native longs.
// CPU affinity is inherited from whoever starts it. Build: gcc -O2 -o fault_loop fault_loop.c -llz4
#include "uffd_region.h"

enum kind { ZERO_FILL, SAME_FILLED, FETCH, MINOR, WRITE_PROTECT, KINDS };
static const char *const names[KINDS] = {"ZERO_FILL", "SAME_FILLED", "FETCH", "MINOR", "WRITE_PROTECT"};

static enum kind kind;

static void prepare(void) {
    if (kind == FETCH) {
        store_pages();
    }
}

static void copy(uint64_t address, const char *source) {
    struct uffdio_copy c = {.dst = address, .src = (uint64_t)source, .len = PAGE, .mode = UFFDIO_COPY_MODE_WP};
    if (ioctl(uffd, UFFDIO_COPY, &c)) {
        die("UFFDIO_COPY");
    }
}

static void answer_missing(uint64_t address) {
    static char zeros[PAGE] __attribute__((aligned(4096)));
    static char buffer[PAGE] __attribute__((aligned(4096)));
    uint64_t page = (address - base) / PAGE;
    if (kind == FETCH) {
        fetch(page, buffer);
    } else if (kind == SAME_FILLED) {
        for (size_t i = 0; i < PAGE / 8; i++) {
            ((uint64_t *)buffer)[i] = page + 1;
        }
    }
    copy(address, kind == FETCH || kind == SAME_FILLED ? buffer : zeros);
}

static void answer(uint64_t address, uint64_t flags) {
    if (flags & UFFD_PAGEFAULT_FLAG_WP) {
        struct uffdio_writeprotect w = {.range = {address, PAGE}, .mode = 0};
        if (ioctl(uffd, UFFDIO_WRITEPROTECT, &w)) {
            die("UFFDIO_WRITEPROTECT");
        }
    } else if (flags & UFFD_PAGEFAULT_FLAG_MINOR) {
        struct uffdio_continue c = {.range = {address, PAGE}, .mode = 0};
        if (ioctl(uffd, UFFDIO_CONTINUE, &c)) {
            die("UFFDIO_CONTINUE");
        }
    } else {
        answer_missing(address);
    }
}

static void make_present(void) {
    char page[PAGE];
    for (uint64_t i = 0; i < pages; i++) {
        make_page(page, i + 1);
        if (pwrite(memfd, page, PAGE, i * PAGE) != (ssize_t)PAGE) {
            die("pwrite");
        }
    }
}

static uint32_t *random_order(uint64_t seed) {
    uint32_t *order = malloc(pages * sizeof *order);
    for (uint64_t i = 0; i < pages; i++) {
        order[i] = i;
    }
    for (uint64_t i = pages - 1; i > 0; i--) {
        seed = next_random(seed);
        uint64_t j = seed % (i + 1);
        uint32_t other = order[j];
        order[j] = order[i];
        order[i] = other;
    }
    return order;
}

static void touch(char *memory, const uint32_t *order, int write, uint64_t *ns) {
    for (uint64_t i = 0; i < pages; i++) {
        volatile uint64_t *word = (volatile uint64_t *)(memory + order[i] * PAGE);
        uint64_t start = now_ns();
        if (write) {
            *word = i;
        } else {
            (void)*word;
        }
        ns[i] = now_ns() - start;
    }
}

int main(int argc, char **argv) {
    while (argc == 4 && kind < KINDS && strcmp(names[kind], argv[1])) {
        kind++;
    }
    pages = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
    uint64_t seed = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
    if (kind == KINDS || pages == 0 || seed == 0) {
        fprintf(stderr, "usage: fault_loop ZERO_FILL|SAME_FILLED|FETCH|MINOR|WRITE_PROTECT PAGES SEED\n");
        return 2;
    }
    char *memory = map_region();
    if (kind == MINOR) {
        make_present();
    }
    register_region();
    pid_t handler = start_handler(prepare, answer);
    uint32_t *order = random_order(seed);
    uint64_t *ns = malloc(pages * sizeof *ns);
    memset(ns, 1, pages * sizeof *ns);
    if (kind == WRITE_PROTECT) {
        touch(memory, order, 0, ns);
    }
    touch(memory, order, kind == WRITE_PROTECT, ns);
    stop_handler(handler);
    return fwrite(ns, sizeof *ns, pages, stdout) == pages ? 0 : 1;
}
