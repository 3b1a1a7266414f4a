// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.Objects;

/** Moves bytes between a region and a channel through pieces that are pinned while the kernel, or a device, works on them. */
final class PinnedTransfer {
    private static final long LARGEST_PIECE = 1 << 20;
    private static final int BUDGET_SHARE = 16;
    private static final long PAGE = 4096;
    private static final Duration PIN_TIMEOUT = Duration.ofSeconds(30);

    private final ManagedRegion region;
    private final long pieceBytes;

    PinnedTransfer(ManagedRegion region, long dramBudgetBytes) {
        this.region = region;
        pieceBytes = Math.max(PAGE, Math.min(LARGEST_PIECE, dramBudgetBytes / BUDGET_SHARE / PAGE * PAGE));
    }

    private interface Piece {
        /** Moves up to the buffer's remaining bytes; negative at the end. */
        int move(ByteBuffer buffer) throws IOException;
    }

    long to(long offset, long length, WritableByteChannel target) throws IOException {
        return transfer(offset, length, target::write);
    }

    long from(ReadableByteChannel source, long offset, long length) throws IOException {
        return transfer(offset, length, source::read);
    }

    private long transfer(long offset, long length, Piece piece) throws IOException {
        Objects.checkFromIndexSize(offset, length, region.size());
        long done = 0;
        while (done < length) {
            long wanted = Math.min(pieceBytes, length - done);
            long moved = pinned(offset + done, wanted, piece);
            done += moved;
            if (moved < wanted) {
                break;
            }
        }
        return done;
    }

    private long pinned(long offset, long length, Piece piece) throws IOException {
        region.startPin(offset, length, PIN_TIMEOUT);
        try {
            ByteBuffer buffer = region.segment().asSlice(offset, length).asByteBuffer();
            int moved = 1;
            while (buffer.hasRemaining() && moved > 0) {
                moved = piece.move(buffer);
            }
            return buffer.position();
        } finally {
            region.endPin(offset, length);
        }
    }
}
