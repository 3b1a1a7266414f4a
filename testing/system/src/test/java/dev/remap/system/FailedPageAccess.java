// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;

/** The ways to touch a page that the table of {@code docs/internals/failed-page-access.md} has, by their name there. */
enum FailedPageAccess {
    GET("get") {
        @Override
        long touch(MemorySegment page) {
            return page.get(JAVA_LONG, 8);
        }
    },
    GUARDED_GET("get in a try block") {
        @Override
        long touch(MemorySegment page) {
            long value;
            try {
                value = page.get(JAVA_LONG, 8);
            } catch (InternalError e) {
                value = CAUGHT;
            }
            return value;
        }
    },
    LOOP("loop over a page") {
        @Override
        long touch(MemorySegment page) {
            long sum = 0;
            for (long i = 0; i < Pages.SIZE / Long.BYTES; i++) {
                sum += page.getAtIndex(JAVA_LONG, i);
            }
            return sum;
        }
    },
    SET("set") {
        @Override
        long touch(MemorySegment page) {
            page.set(JAVA_LONG, 8, 42);
            return 0;
        }
    },
    COMPARE_AND_SET("compareAndSet") {
        @Override
        long touch(MemorySegment page) {
            return LONGS.compareAndSet(page, 0L, 42L, 42L) ? 1 : 0;
        }
    },
    COPY("copy to an array") {
        @Override
        long touch(MemorySegment page) {
            MemorySegment.copy(page, JAVA_BYTE, 0, ARRAY, 0, Pages.SIZE);
            return ARRAY[0];
        }
    },
    FILL("fill") {
        @Override
        long touch(MemorySegment page) {
            page.fill((byte) 1);
            return 0;
        }
    },
    MISMATCH("mismatch") {
        @Override
        long touch(MemorySegment page) {
            return page.mismatch(OTHER);
        }
    },
    GET_STRING("getString") {
        @Override
        long touch(MemorySegment page) {
            return page.getString(0).length();
        }
    },
    BYTE_BUFFER("ByteBuffer.get") {
        @Override
        long touch(MemorySegment page) {
            page.asByteBuffer().get(ARRAY);
            return ARRAY[0];
        }
    },
    CHANNEL_WRITE("FileChannel.write") {
        @Override
        long touch(MemorySegment page) throws IOException {
            try (FileChannel sink =
                    FileChannel.open(Path.of("sink"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                return sink.write(page.asByteBuffer());
            }
        }
    },
    VECTOR("Vector API") {
        @Override
        long touch(MemorySegment page) {
            return VectorSum.of(page);
        }
    },
    CHECKSUM("CRC32C") {
        @Override
        long touch(MemorySegment page) {
            CRC32C crc = new CRC32C();
            crc.update(page.asByteBuffer());
            return crc.getValue();
        }
    },
    DEFLATER("Deflater") {
        @Override
        long touch(MemorySegment page) {
            try (Deflater deflater = new Deflater()) {
                deflater.setInput(page.asByteBuffer());
                deflater.finish();
                return deflater.deflate(ARRAY);
            }
        }
    },
    NATIVE_CALL("native call") {
        @Override
        long touch(MemorySegment page) {
            return NativeSearch.firstZero(page);
        }
    };

    /** What an access returns that has caught the error itself. */
    static final long CAUGHT = Long.MIN_VALUE;

    private static final VarHandle LONGS = JAVA_LONG.varHandle();
    private static final byte[] ARRAY = new byte[Pages.SIZE];
    private static final MemorySegment OTHER = Arena.global().allocate(Pages.SIZE);

    final String title;

    FailedPageAccess(String title) {
        this.title = title;
    }

    /** Reads or writes one page. */
    abstract long touch(MemorySegment page) throws IOException;

    static FailedPageAccess titled(String title) {
        for (FailedPageAccess access : values()) {
            if (access.title.equals(title)) {
                return access;
            }
        }
        throw new IllegalArgumentException("no access is called " + title);
    }
}
