// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.time.Duration;
import java.util.List;

/**
 * How a file is to be used. Immutable; start with {@link #defaults} and change what differs.
 *
 * @param advice what the program expects to do with it
 * @param directIo whether to go around the page cache ({@code O_DIRECT}) where the file system can: else a page can be in memory twice
 * @param onFailure what a plain touch does when its page cannot be served
 * @param maxStall how long a plain touch may wait for memory before its page fails with {@link RemapException.Category#NO_MEMORY}
 * @param privateTiers where changed pages of a file opened {@code PRIVATE} go, as {@link RegionSpec#tiers}
 */
public record FileSpec(
        Advice advice, boolean directIo, FailurePolicy onFailure, Duration maxStall, List<String> privateTiers) {
    /** Copies the list; everything else is checked by {@link Remap#openFile}. */
    public FileSpec {
        privateTiers = List.copyOf(privateTiers);
    }

    /** No expectation, direct I/O, poisoned on failure, 10 s of stall, changes of a private file in compressed DRAM. */
    public static FileSpec defaults() {
        return new FileSpec(Advice.NORMAL, true, FailurePolicy.POISON, Duration.ofSeconds(10), List.of("zram"));
    }

    /** This, with another expectation. */
    public FileSpec advice(Advice value) {
        return new FileSpec(value, directIo, onFailure, maxStall, privateTiers);
    }

    /** This, with direct I/O or through the page cache. */
    public FileSpec directIo(boolean value) {
        return new FileSpec(advice, value, onFailure, maxStall, privateTiers);
    }

    /** This, with another failure policy. */
    public FileSpec onFailure(FailurePolicy value) {
        return new FileSpec(advice, directIo, value, maxStall, privateTiers);
    }

    /** This, with another limit on a touch's wait. */
    public FileSpec maxStall(Duration value) {
        return new FileSpec(advice, directIo, onFailure, value, privateTiers);
    }

    /** This, with other tiers for the changes of a private file. */
    public FileSpec privateTiers(String... value) {
        return new FileSpec(advice, directIo, onFailure, maxStall, List.of(value));
    }
}
