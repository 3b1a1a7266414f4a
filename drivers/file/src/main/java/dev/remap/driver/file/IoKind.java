// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.linux.BlockingIo;
import dev.remap.linux.IoQueue;
import dev.remap.linux.IoUring;
import dev.remap.linux.LinuxAio;
import org.jspecify.annotations.Nullable;

/** How many requests are kept under way. */
enum IoKind {
    /** The best of the others that the kernel permits. */
    AUTO,
    URING,
    AIO,
    PLAIN;

    /** An open queue; what this kernel refuses is replaced by the next best, at last by one that always opens. */
    IoQueue open(int depth) {
        if (this == AUTO || this == URING) {
            IoQueue ring = opened(new IoUring(depth));
            if (ring != null) {
                return ring;
            }
        }
        if (this != PLAIN) {
            IoQueue aio = opened(new LinuxAio(depth));
            if (aio != null) {
                return aio;
            }
        }
        return new BlockingIo(depth);
    }

    private static @Nullable IoQueue opened(IoQueue queue) {
        return queue.open() >= 0 ? queue : null;
    }
}
