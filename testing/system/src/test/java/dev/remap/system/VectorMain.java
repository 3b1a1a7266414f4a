// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/** Stores and loads vectors so that every page boundary lies in one, on a region eight times the budget. */
final class VectorMain {
    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
    private static final long SIZE = 64 * Pages.MIB;
    /** No divisor of a page, so that boundaries fall everywhere in a vector. */
    private static final long STEP = 1021;

    private VectorMain() {}

    public static void main(String[] arguments) throws IOException {
        try (OpenRegion open = OpenRegion.of(8 * Pages.MIB, SIZE)) {
            MemorySegment memory = open.region().segment();
            for (long offset = 0; offset < SIZE - STEP; offset += STEP) {
                ByteVector.broadcast(SPECIES, (byte) (offset / STEP + 1))
                        .intoMemorySegment(memory, offset, ByteOrder.nativeOrder());
            }
            long wrong = 0;
            for (long offset = 0; offset < SIZE - STEP; offset += STEP) {
                ByteVector got = ByteVector.fromMemorySegment(SPECIES, memory, offset, ByteOrder.nativeOrder());
                wrong += got.eq((byte) (offset / STEP + 1)).allTrue() ? 0 : 1;
            }
            System.out.println("wrong " + wrong);
        }
    }
}
