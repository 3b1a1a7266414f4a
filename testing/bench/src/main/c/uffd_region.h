// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
//
// What the C loops share: shared memory whose faults a userfaultfd reports, its pages' compressed contents, and a handler process.
#define _GNU_SOURCE
#include "reference.h"
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <lz4.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGES 16
#define FEATURES \
    (UFFD_FEATURE_MISSING_SHMEM | UFFD_FEATURE_MINOR_SHMEM | UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM)
#define MODES (UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_MINOR | UFFDIO_REGISTER_MODE_WP)

static uint64_t pages;
static uint64_t base; // where the region is mapped
static int memfd;
static int uffd;
static char **stored; // each page's compressed bytes, in the handler
static int *stored_bytes;

static void store_pages(void) {
    char page[PAGE], out[LZ4_COMPRESSBOUND(PAGE)];
    stored = malloc(pages * sizeof *stored);
    stored_bytes = malloc(pages * sizeof *stored_bytes);
    for (uint64_t i = 0; i < pages; i++) {
        make_page(page, i + 1);
        stored_bytes[i] = LZ4_compress_default(page, out, PAGE, sizeof out);
        stored[i] = malloc(stored_bytes[i]);
        memcpy(stored[i], out, stored_bytes[i]);
    }
}

static void fetch(uint64_t page, char *buffer) {
    if (LZ4_decompress_safe(stored[page], buffer, stored_bytes[page], PAGE) != (int)PAGE) {
        die("LZ4_decompress_safe");
    }
}

static char *map_region(void) {
    size_t bytes = pages * PAGE;
    memfd = memfd_create("remap-bench", MFD_CLOEXEC);
    if (memfd < 0 || ftruncate(memfd, bytes)) {
        die("memfd");
    }
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memfd, 0);
    if (memory == MAP_FAILED) {
        die("mmap");
    }
    madvise(memory, bytes, MADV_DONTFORK);
    madvise(memory, bytes, MADV_NOHUGEPAGE);
    base = (uint64_t)memory;
    return memory;
}

static void register_region(void) {
    int device = open("/dev/userfaultfd", O_RDWR | O_CLOEXEC);
    uffd = device >= 0 ? ioctl(device, USERFAULTFD_IOC_NEW, O_CLOEXEC) : -1;
    if (uffd < 0) {
        uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
    }
    if (uffd < 0) {
        die("userfaultfd");
    }
    struct uffdio_api api = {.api = UFFD_API, .features = FEATURES};
    struct uffdio_register r = {.range = {base, pages * PAGE}, .mode = MODES};
    if (ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &r)) {
        die("UFFDIO_REGISTER");
    }
}

// Runs prepare, then serves faults in a process of its own: a blocking read, then an answer to each message.
static pid_t start_handler(void (*prepare)(void), void (*answer)(uint64_t address, uint64_t flags)) {
    int ready[2];
    char byte = 0;
    if (pipe(ready)) {
        die("pipe");
    }
    pid_t child = fork();
    if (child < 0) {
        die("fork");
    }
    if (child > 0) {
        close(ready[1]);
        if (read(ready[0], &byte, 1) != 1) {
            die("the handler did not start");
        }
        return child;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prepare();
    if (write(ready[1], &byte, 1) != 1) {
        die("write");
    }
    while (1) {
        struct uffd_msg messages[MESSAGES];
        ssize_t bytes = read(uffd, messages, sizeof messages);
        if (bytes < 0 && errno != EINTR && errno != EAGAIN) {
            die("read(userfaultfd)");
        }
        for (ssize_t i = 0; i < bytes / (ssize_t)sizeof *messages; i++) {
            answer(messages[i].arg.pagefault.address & ~(PAGE - 1), messages[i].arg.pagefault.flags);
        }
    }
}

static void stop_handler(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}
