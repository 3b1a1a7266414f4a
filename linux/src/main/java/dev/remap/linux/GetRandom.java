// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/**
 * The kernel's random bytes: {@code getrandom(2)}, Linux 3.17. For names that nobody is to guess, where a {@code SecureRandom} would have
 * to look for its providers first.
 */
public final class GetRandom {

    private GetRandom() {}

    /** Eight random bytes. Blocks only while a machine that has just been started has none. */
    public static long next() {
        long value = Scratch.current().address;
        long count = Native.retry(Syscall.GETRANDOM, value, Long.BYTES, 0);
        if (count != Long.BYTES) {
            throw new IllegalStateException(
                    "getrandom of 8 bytes: " + (count < 0 ? Errno.name(count) : "only " + count));
        }
        return Native.getLong(value);
    }
}
