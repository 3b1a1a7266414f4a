// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that processes share: which rules of a plan are on, how often each has struck, and how many calls are delayed now.
 *
 * <pre>
 *   0  rules that are on, a bit each
 *   8  delays that are under way
 *  16  strikes of rule 0, of rule 1, ... of rule 63
 * 528
 * </pre>
 */
public final class FaultBoard {
    /** The most rules of a plan. */
    public static final int MAX_RULES = Long.SIZE;

    private static final long DELAYS = Long.BYTES;
    private static final long COUNTS = 2 * Long.BYTES;
    private static final long BYTES = COUNTS + MAX_RULES * (long) Long.BYTES;
    private static final VarHandle LONGS = JAVA_LONG.varHandle();

    private final MemorySegment memory;

    private FaultBoard(MemorySegment memory) {
        this.memory = memory;
    }

    /** The board in a file, which is made if there is none: all rules off. Stays mapped for the life of the process. */
    public static FaultBoard open(Path file) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            return new FaultBoard(channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, Arena.global()));
        } catch (IOException e) {
            throw new UncheckedIOException("the board of faults " + file, e);
        }
    }

    /** A board of this process: all rules on. */
    static FaultBoard unshared() {
        FaultBoard board = new FaultBoard(Arena.global().allocate(BYTES, Long.BYTES));
        board.on(-1);
        return board;
    }

    /** Switches on the rules whose bits are set, and off all others. Seen by other processes at their next call. */
    public void on(long rules) {
        LONGS.setVolatile(memory, 0L, rules);
    }

    /** The rules that are on. */
    public long on() {
        return (long) LONGS.getVolatile(memory, 0L);
    }

    boolean isOn(int rule) {
        return (on() >>> rule & 1) != 0;
    }

    /** How often a rule has struck, in all processes. */
    public long strikes(int rule) {
        return (long) LONGS.getVolatile(memory, COUNTS + rule * (long) Long.BYTES);
    }

    /** How many calls are being delayed, in all processes. */
    public long delays() {
        return (long) LONGS.getVolatile(memory, DELAYS);
    }

    void addDelays(long more) {
        LONGS.getAndAdd(memory, DELAYS, more);
    }

    void count(int rule) {
        LONGS.getAndAdd(memory, COUNTS + rule * (long) Long.BYTES, 1L);
    }
}
