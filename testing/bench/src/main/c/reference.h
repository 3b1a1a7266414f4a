// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
//
// What all C loops share: the clock, pseudo-random numbers, and the reference content.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGE 4096UL

static inline void die(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static inline uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

// Marsaglia's xorshift.
static inline uint64_t next_random(uint64_t s) {
    s ^= s << 13;
    s ^= s >> 7;
    return s ^ s << 17;
}

// The reference content: JSON-like records, 2.8:1 under LZ4. ReferencePages.java makes the same bytes.
static inline void make_page(char *page, uint64_t seed) {
    uint64_t s = seed * 0x9E3779B97F4A7C15ull + 1;
    for (size_t at = 0; at < PAGE;) {
        char text[192];
        s = next_random(s);
        size_t length = snprintf(text, sizeof text,
            "{\"identifier\":%lu,\"name\":\"user%04lx\",\"country\":\"GB\",\"active\":true,\"value\":%lu,\"hash\":\"%011lx\"},\n",
            (unsigned long)(s % 10000000), (unsigned long)(s >> 20 & 0xffff), (unsigned long)(s >> 40 & 0xff),
            (unsigned long)(s * 0xD1342543DE82EF95ull >> 20));
        if (length > PAGE - at) {
            length = PAGE - at;
        }
        memcpy(page + at, text, length);
        at += length;
    }
}
