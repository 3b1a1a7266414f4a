// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/**
 * How much to measure.
 *
 * @param regionBytes of the data
 * @param mappedBytes what of it the kernel's side may have uncompressed: a quarter
 * @param unitBytes of data that is accessed as a whole: an access a page, one after the other
 * @param warmUpMs of a turn, before its measurement
 */
record TierPlan(long regionBytes, long mappedBytes, int unitBytes, int rounds, int warmUpMs, int measureMs) {
    private static final int MAPPED_SHARE = 4;

    static TierPlan of(long regionBytes, int unitBytes, int rounds, boolean quick) {
        return new TierPlan(
                regionBytes, regionBytes / MAPPED_SHARE, unitBytes, rounds, quick ? 1000 : 4000, quick ? 1000 : 2000);
    }

    int pages() {
        return Math.toIntExact(regionBytes / ReferencePages.PAGE);
    }

    /** Of a unit, as the row accesses it. */
    int unitPages(TierRow row) {
        return row == TierRow.CHASE ? 1 : unitBytes / ReferencePages.PAGE;
    }

    /** Where in the tables a round begins: not where the one before did, whose last pages may still be there. */
    int firstEntry(int round) {
        return (int) ((long) round * 5 % 8 * (AccessPattern.TABLE_LENGTH / 8));
    }
}
