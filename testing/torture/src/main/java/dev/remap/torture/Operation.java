// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Everything a thread may do next. The weight says how often. */
enum Operation {
    READ(240, Touch::read),
    WRITE(180, Touch::write),
    ATOMIC(60, Touch::atomic),
    COPY_OUT(60, BulkCopy::out),
    COPY_IN(60, BulkCopy::in),
    FILL(40, BulkCopy::fill),
    COPY_WITHIN(20, BulkCopy::within),
    COMPARE(40, BulkCopy::compare),
    BUFFER(20, BulkCopy::throughBuffer),
    VIEW(10, BulkCopy::throughView),
    PAGE_OUT(20, PageCommand::pageOut),
    LOAD(15, PageCommand::load),
    LOAD_ASYNC(10, PageCommand::loadAsync),
    PREFETCH(15, PageCommand::prefetch),
    ADVISE(10, PageCommand::advise),
    QUERY(15, PageCommand::query),
    PIN_AND_WRITE(15, PageCommand::pinAndWrite),
    PIN_AND_SUM(10, PageCommand::pinAndSum),
    CHECK_PAGES(8, PageCommand::checkPages),
    REGION_READ(20, RegionRead::single),
    SCATTERED_READ(20, RegionRead::scattered),
    FORCE(6, RegionRead::force),
    TRANSFER_TO(4, ChannelTransfer::out),
    DISCARD(8, PageCommand::discard),
    REWRITE(6, PageCommand::rewrite),
    TRANSFER_FROM(4, ChannelTransfer::in);

    /** An operation on a thread's lane. */
    interface Body {
        void run(Lane lane) throws Exception;
    }

    /** Those that replace whole pages, so that less content is left. */
    static final List<Operation> CLEARING = List.of(DISCARD, REWRITE, TRANSFER_FROM);

    private static final Set<Operation> WRITING =
            EnumSet.of(WRITE, ATOMIC, COPY_IN, FILL, COPY_WITHIN, PIN_AND_WRITE, DISCARD, REWRITE, TRANSFER_FROM);

    private final int weight;

    @SuppressWarnings("ImmutableEnumChecker") // A method reference, which holds nothing.
    private final Body body;

    Operation(int weight, Body body) {
        this.weight = weight;
        this.body = body;
    }

    int weight() {
        return weight;
    }

    void run(Lane lane) throws Exception {
        body.run(lane);
    }

    /** Whether it can be done: files take no discard, and some of them nothing that writes. */
    boolean suits(FileMode mode) {
        return mode == FileMode.NONE || (this != DISCARD && (mode != FileMode.READ_ONLY || !WRITING.contains(this)));
    }
}
