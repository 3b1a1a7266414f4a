// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.driver.TierUsage;
import dev.remap.linux.Errno;
import dev.remap.linux.Mmap;
import org.jspecify.annotations.Nullable;

/** Another driver's tier, some of whose answers are errors. What it answers otherwise is the other's. */
final class FaultyTier implements Tier {
    private static final long PAGE = 4096;
    private static final byte LEFT_OVER = (byte) 0xDB;

    private final Tier tier;
    private final Switchboard board;

    FaultyTier(Tier tier, Switchboard board) {
        this.tier = tier;
        this.board = board;
    }

    @Override
    public long store(long page, long sourceAddress) {
        return stored(tier.store(page, sourceAddress));
    }

    @Override
    public void storeAll(PageBatch batch) {
        tier.storeAll(batch);
        for (int i = 0; i < batch.size(); i++) {
            batch.result(i, stored(batch.result(i)));
        }
    }

    private long stored(long result) {
        FaultRule rule = result < 0 ? null : board.next(FaultPoint.TIER_STORE);
        if (rule == null) {
            return result;
        }
        if (rule.effect().kind() == FaultEffect.Kind.DELAY) {
            board.delay(rule);
            return result;
        }
        board.struck(rule);
        tier.free(result);
        return rule.effect().errno() == Errno.ENOSPC ? NO_CAPACITY : IO_ERROR;
    }

    @Override
    public Fetcher newFetcher() {
        Fetcher fetcher = tier.newFetcher();
        return new Fetcher() {
            @Override
            public long fetch(long page, long location, long targetAddress) {
                return fetched(fetcher.fetch(page, location, targetAddress), targetAddress);
            }

            @Override
            public void fetchAll(PageBatch batch) {
                fetcher.fetchAll(batch);
                for (int i = 0; i < batch.size(); i++) {
                    batch.result(i, fetched(batch.result(i), batch.address(i)));
                }
            }
        };
    }

    private long fetched(long result, long target) {
        @Nullable FaultRule rule = result < 0 ? null : board.next(FaultPoint.TIER_FETCH);
        if (rule == null) {
            return result;
        }
        if (rule.effect().kind() == FaultEffect.Kind.DELAY) {
            board.delay(rule);
            return result;
        }
        board.struck(rule);
        Mmap.segment(target, PAGE).fill(LEFT_OVER);
        return rule.effect().kind() == FaultEffect.Kind.WRONG ? CORRUPT : IO_ERROR;
    }

    @Override
    public void free(long location) {
        tier.free(location);
    }

    @Override
    public long compact(long budgetNs) {
        return tier.compact(budgetNs);
    }

    @Override
    public TierUsage usage() {
        return tier.usage();
    }

    @Override
    public void close() {
        tier.close();
    }
}
