// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.RemapException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Accesses of present pages. The kinds of memory are not a parameter, whose values JMH would run one after the other in JVMs of their own,
 * but take turns, an iteration each, in one JVM: what changes with time or from JVM to JVM is then the same for all. Each invocation is
 * timed, so that an iteration's median leaves out those in which the thread lost its CPU. An iteration in which a fault happens fails
 * the benchmark.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HitBenchmark {
    /** Reads or writes in one invocation. */
    static final int ACCESSES = 4096;

    /** Small copies in one invocation. */
    static final int SMALL_COPIES = 16;

    private static final int COPY_SMALL = 4 << 10;
    private static final int COPY_LARGE = 64 << 10;
    private static final long ACCESS_BYTES = ACCESSES * (long) Long.BYTES;
    private static final long MASK = HitMemories.BYTES - Long.BYTES;

    private final HitMemories memories;
    private final MemorySegment buffer = Arena.ofAuto().allocate(COPY_LARGE, COPY_SMALL);
    private MemorySegment memory;
    private int iteration;
    private long faults;
    private long position;
    private long random = 1;

    /** Called by JMH. */
    public HitBenchmark() {
        try {
            memories = new HitMemories();
        } catch (RemapException e) {
            throw new IllegalStateException(e);
        }
        memory = memories.segment(Memory.REMAP);
    }

    /** The next memory's turn. */
    @Setup(Level.Iteration)
    public void nextTurn() {
        memory = memories.segment(Memory.turn(iteration++));
        position = 0;
        random = 1;
        faults = memories.faults();
    }

    /** Fails if a page was not present. */
    @TearDown(Level.Iteration)
    public void checkThatNothingFaulted() {
        long now = memories.faults();
        if (now != faults) {
            throw new IllegalStateException(now - faults + " faults on a region that is within its budget");
        }
    }

    /** Frees the memories. */
    @TearDown(Level.Trial)
    public void close() {
        memories.close();
    }

    private long advance(long bytes) {
        long at = position;
        position = (at + bytes) % HitMemories.BYTES;
        return at;
    }

    private long randomOffset() {
        random = Shuffle.next(random);
        return random & MASK;
    }

    /** Reads 8 bytes after 8 bytes. */
    @Benchmark
    public long sequentialSum() {
        long start = advance(ACCESS_BYTES);
        long sum = 0;
        for (long at = start; at < start + ACCESS_BYTES; at += Long.BYTES) {
            sum += memory.get(ValueLayout.JAVA_LONG, at);
        }
        return sum;
    }

    /** Reads 8 bytes here and there. */
    @Benchmark
    public long randomRead() {
        long sum = 0;
        for (int i = 0; i < ACCESSES; i++) {
            sum += memory.get(ValueLayout.JAVA_LONG, randomOffset());
        }
        return sum;
    }

    /** Writes 8 bytes here and there. */
    @Benchmark
    public void randomStore() {
        for (int i = 0; i < ACCESSES; i++) {
            memory.set(ValueLayout.JAVA_LONG, randomOffset(), i);
        }
    }

    /** Copies 4 KiB after 4 KiB out. */
    @Benchmark
    public MemorySegment copySmall() {
        for (int i = 0; i < SMALL_COPIES; i++) {
            MemorySegment.copy(memory, advance(COPY_SMALL), buffer, 0, COPY_SMALL);
        }
        return buffer;
    }

    /** Copies 64 KiB after 64 KiB out. */
    @Benchmark
    public MemorySegment copyLarge() {
        MemorySegment.copy(memory, advance(COPY_LARGE), buffer, 0, COPY_LARGE);
        return buffer;
    }
}
