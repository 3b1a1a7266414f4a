// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** A region that is plain memory of an arena. Knows size, segment and discard, which zeroes and is noted. */
final class FakeRegion {
    private final MemorySegment memory;
    private final List<Range> discards = new ArrayList<>();
    private final Region region = (Region) Proxy.newProxyInstance(
            Region.class.getClassLoader(), new Class<?>[] {Region.class}, (proxy, method, arguments) -> {
                return switch (method.getName()) {
                    case "size" -> memory().byteSize();
                    case "segment" -> memory();
                    case "discard" -> discard((long) arguments[0], (long) arguments[1]);
                    default -> throw new UnsupportedOperationException(method.toString());
                };
            });
    private boolean failing;
    private Runnable duringDiscard = () -> {};

    /** A range that was discarded, in pages. */
    record Range(long first, long pages) {}

    FakeRegion(long pages) {
        memory = Arena.ofAuto().allocate(pages * 4096, 4096);
    }

    Region region() {
        return region;
    }

    MemorySegment memory() {
        return memory;
    }

    synchronized void failing(boolean value) {
        failing = value;
    }

    /** Runs during every discard, before its pages are zeroed. */
    void duringDiscard(Runnable value) {
        duringDiscard = value;
    }

    /** What was discarded since the last call. */
    synchronized List<Range> takeDiscards() {
        List<Range> taken = List.copyOf(discards);
        discards.clear();
        return taken;
    }

    private Void discard(long offset, long length) throws RemapException {
        duringDiscard.run();
        synchronized (this) {
            if (failing) {
                throw new RemapException(RemapException.Category.INVALID, "pinned", "Close the pin.");
            }
            memory.asSlice(offset, length).fill((byte) 0);
            discards.add(new Range(offset / 4096, length / 4096));
            return null;
        }
    }
}
