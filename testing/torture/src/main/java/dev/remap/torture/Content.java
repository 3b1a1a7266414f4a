// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Bytes to write: mostly of one value or sparse, some like text, few random, as data in memory tends to be. */
enum Content {
    /** One byte, all over. A page of it is kept in its word. */
    SAME {
        @Override
        int write(SplittableRandom random, MemorySegment target) {
            target.fill((byte) random.nextInt());
            return 6;
        }
    },
    /** Zeros and a few longs. */
    SPARSE {
        @Override
        int write(SplittableRandom random, MemorySegment target) {
            target.fill((byte) 0);
            int longs = (int) (target.byteSize() / 512) + 1;
            for (int i = 0; i < longs && target.byteSize() >= Long.BYTES; i++) {
                target.set(JAVA_LONG_UNALIGNED, random.nextLong(target.byteSize() - 7), random.nextLong());
            }
            return 8 + longs * 12;
        }
    },
    /** Words and numbers. */
    TEXT {
        @Override
        int write(SplittableRandom random, MemorySegment target) {
            long at = 0;
            while (at < target.byteSize()) {
                byte[] word = WORDS[random.nextInt(WORDS.length)];
                int length = (int) Math.min(word.length, target.byteSize() - at);
                MemorySegment.copy(word, 0, target, JAVA_BYTE, at, length);
                at += length;
            }
            return (int) (target.byteSize() / 2) + 1;
        }
    },
    /** What no codec makes smaller. */
    RANDOM {
        @Override
        int write(SplittableRandom random, MemorySegment target) {
            for (long at = 0; at < target.byteSize(); at++) {
                target.set(JAVA_BYTE, at, (byte) random.nextInt());
            }
            return (int) target.byteSize();
        }
    };

    private static final byte[][] WORDS = words();

    /** Writes all of the target. Returns about what it takes after compression, in bytes. */
    abstract int write(SplittableRandom random, MemorySegment target);

    /** What to write next; only the cheapest if there is room for no more. */
    static Content choose(SplittableRandom random, boolean cheap) {
        int roll = cheap ? 0 : random.nextInt(100);
        return roll < 60 ? SAME : roll < 85 ? SPARSE : roll < 98 ? TEXT : RANDOM;
    }

    private static byte[][] words() {
        String[] words = {
            "{\"id\":", "\"name\":\"page\",", "\"tier\":\"zram\"},", "true,", "null,", "4096,", "17,", "0.25,"
        };
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.US_ASCII);
        }
        return bytes;
    }
}
