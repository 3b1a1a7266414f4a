// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Divides DRAM among applications by what each would gain from more. That is the time its touches wait for pages which left DRAM so lately
 * that somewhat more of it would have kept them: refaults within reach, as Linux's workingset detection has them
 * (mm/workingset.c), times what one costs. A scan of more than there will ever be has few of these, so it attracts no memory however much
 * it faults.
 *
 * <p>Memory moves in small steps from who would miss it least to who would gain most, and is handed out only after the former owner has
 * really given it back, so that the sum is never exceeded. Nobody falls below what it is guaranteed, nor below what its compressed pages
 * need. A pure function.
 */
final class Arbiter {
    /** Below this no manager can work; see the manager's arithmetic. */
    static final long LEAST = 4L << 20;

    private static final long ROOM_FOR_TIERS = 4L << 20;
    private static final int STEPS = 64;
    /** Who has as much of its budget in use has use for more. */
    private static final double FULL = 0.85;
    /** How much more somebody must gain than another loses. */
    private static final double WORTHWHILE = 1.5;

    private static final double NOTICEABLE = 0.002;

    private Arbiter() {}

    /**
     * One application.
     *
     * @param minBytes what it is guaranteed
     * @param maxBytes the most it may have, by its user's limits, its own wish and its cgroup
     * @param weight what its need counts
     * @param limitBytes its budget now
     * @param usedBytes of which it uses
     * @param tierBytes of which compressed pages take
     * @param need the share of time that its touches waited for want of memory; several threads may make it more than 1
     */
    record Demand(
            long minBytes, long maxBytes, int weight, long limitBytes, long usedBytes, long tierBytes, double need) {
        double gain() {
            return need * weight;
        }

        /** It cannot work with less. */
        long floor() {
            return Math.max(Math.max(LEAST, Math.min(minBytes, maxBytes)), tierBytes + tierBytes / 8 + ROOM_FOR_TIERS);
        }

        boolean isFull() {
            return usedBytes >= limitBytes * FULL;
        }
    }

    /** The budgets that are to hold from now on, in the order of the demands. */
    static long[] divide(List<Demand> demands, long totalBytes) {
        long[] limits = new long[demands.size()];
        for (int i = 0; i < limits.length; i++) {
            Demand demand = demands.get(i);
            limits[i] = Math.max(Math.min(demand.limitBytes(), demand.maxBytes()), demand.floor());
        }
        List<Integer> byGain = new ArrayList<>();
        for (int i = 0; i < limits.length; i++) {
            byGain.add(i);
        }
        byGain.sort(Comparator.comparingDouble(i -> demands.get(i).gain()));
        long step = Math.max(1L << 20, totalBytes / STEPS);
        long free = totalBytes;
        for (int i = 0; i < limits.length; i++) {
            free -= Math.max(limits[i], demands.get(i).usedBytes());
        }
        if (free < 0) {
            shrink(demands, byGain, limits, overcommitted(limits, totalBytes));
        } else if (!grow(demands, byGain, limits, free)) {
            move(demands, byGain, limits, step);
        }
        return limits;
    }

    private static long overcommitted(long[] limits, long totalBytes) {
        long sum = 0;
        for (long limit : limits) {
            sum += limit;
        }
        return sum - totalBytes;
    }

    private static void shrink(List<Demand> demands, List<Integer> byGain, long[] limits, long bytes) {
        long left = bytes;
        for (int i : byGain) {
            long taken = Math.clamp(limits[i] - demands.get(i).floor(), 0, Math.max(0, left));
            limits[i] -= taken;
            left -= taken;
        }
    }

    /** Hands out what is free; false if nobody who has use for it could get any. */
    private static boolean grow(List<Demand> demands, List<Integer> byGain, long[] limits, long free) {
        long left = free;
        for (int at = byGain.size() - 1; at >= 0; at--) {
            int i = byGain.get(at);
            Demand demand = demands.get(i);
            if (demand.isFull() || limits[i] < demand.minBytes()) {
                long given = Math.clamp(demand.maxBytes() - limits[i], 0, left);
                limits[i] += given;
                left -= given;
            }
        }
        return left < free;
    }

    private static void move(List<Demand> demands, List<Integer> byGain, long[] limits, long step) {
        for (int at = byGain.size() - 1; at > 0; at--) {
            int to = byGain.get(at);
            Demand receiver = demands.get(to);
            if (!receiver.isFull() || limits[to] >= receiver.maxBytes() || receiver.need() < NOTICEABLE) {
                continue;
            }
            for (int from : byGain.subList(0, at)) {
                Demand donor = demands.get(from);
                long taken = Math.min(step, limits[from] - donor.floor());
                if (taken > 0 && receiver.gain() > WORTHWHILE * donor.gain()) {
                    limits[from] -= taken; // the receiver gets it once it is free
                    return;
                }
            }
        }
    }
}
