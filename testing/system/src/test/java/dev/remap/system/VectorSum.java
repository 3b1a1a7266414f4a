// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Sums longs with the Vector API. Needs {@code --add-modules jdk.incubator.vector} at run time, so it is a class of its own. */
final class VectorSum {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;

    private VectorSum() {}

    /** Of a segment that is a multiple of a vector long; its address need not be. */
    static long of(MemorySegment segment) {
        LongVector sum = LongVector.zero(SPECIES);
        for (long offset = 0; offset < segment.byteSize(); offset += SPECIES.vectorByteSize()) {
            sum = sum.add(LongVector.fromMemorySegment(SPECIES, segment, offset, ByteOrder.nativeOrder()));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
