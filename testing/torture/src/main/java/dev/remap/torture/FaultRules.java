// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.faults.FaultPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** The faults that a run injects. A rule's number is its place in the plan of both processes. */
final class FaultRules {
    /** Longer than a touch may wait, and shorter. */
    private static final String HANG = "hang(5s)";

    private static final String SHORT_HANG = "hang(2s)";

    private static final List<String> RULES = List.of(
            "uffd.read:EAGAIN@1/50",
            "uffd.read:EINTR@1/50",
            "uffd.copy:EAGAIN@1/40",
            "uffd.copy:ENOMEM@1/60",
            "uffd.copy:EINTR@1/60",
            "uffd.copy:EEXIST@1/80",
            "uffd.copy:short@1/8",
            "uffd.copy:slow(2ms)@1/500",
            "uffd.continue:EAGAIN@1/20",
            "uffd.continue:ENOMEM@1/40",
            "uffd.continue:late(EEXIST)@1/40",
            "uffd.continue:short@1/4",
            "uffd.protect:EAGAIN@1/20",
            "uffd.protect:ENOMEM@1/40",
            "uffd.unprotect:EAGAIN@1/20",
            "uffd.unprotect:ENOMEM@1/40",
            "uffd.poison:EAGAIN@1/3",
            "uffd.poison:ENOMEM@1/3",
            "uffd.wake:slow(2ms)@1/300",
            "memfd.read:EIO@1/100",
            "memfd.read:EINTR@1/30",
            "memfd.read:short@1/100",
            "memfd.punch:ENOMEM@1/200",
            "memfd.punch:EINTR@1/50",
            "memfd.punch:late(EIO)@1/200",
            "memfd.create:EMFILE@1/4",
            "memory.map:ENOMEM@1/8",
            "memory.advise:ENOMEM@1/10",
            "ring.setup:ENOMEM@1/3",
            "ring.enter:EINTR@1/30",
            "ring.enter:EAGAIN@1/3000",
            "file.open:EMFILE@1/4",
            "file.read:EIO@1/200",
            "file.read:EINTR@1/50",
            "file.read:short@1/30",
            "file.read:slow(3ms)@1/200",
            "file.read:wrong@1/200",
            "file.read:" + HANG + "@1/2000*2",
            "file.write:EIO@1/60",
            "file.write:ENOSPC@1/60",
            "file.write:EINTR@1/30",
            "file.write:short@1/20",
            "file.write:slow(3ms)@1/100",
            "file.write:wrong@1/200",
            "file.write:late(EIO)@1/60",
            "file.write:" + SHORT_HANG + "@1/1000*2",
            "file.punch:EIO@1/1",
            "file.sync:EIO@1/2",
            "file.stat:EIO@1/40",
            "tier.store:EIO@1/40",
            "tier.store:ENOSPC@1/40",
            "tier.store:slow(1ms)@1/200",
            "tier.fetch:EIO@1/200",
            "tier.fetch:wrong@1/200",
            "tier.fetch:slow(1ms)@1/200",
            "tier.fetch:" + HANG + "@1/4000*2",
            "socket.send:slow(3ms)@1/200",
            "socket.receive:slow(3ms)@1/200",
            "socket.send:ENOBUFS@1/100",
            "socket.send:loss@1/30",
            "socket.receive:loss@1/30",
            "socket.send:garbage@1/200",
            "socket.receive:garbage@1/200");

    private static final List<String> NAMES =
            FaultPlan.parse(String.join(";", RULES)).names();

    private FaultRules() {}

    static List<String> names() {
        return NAMES;
    }

    /** The manager's plan. */
    static String managerPlan(long seed, Path board) {
        return "seed=" + seed + ";board=" + board + ";" + String.join(";", RULES);
    }

    /** The application's: only what it does itself while it works, reads of memfds and messages; the rest never strikes. */
    static String applicationPlan(long seed, Path board) {
        List<String> rules = new ArrayList<>();
        for (String rule : RULES) {
            boolean own = rule.startsWith("memfd.read") || rule.startsWith("socket.");
            rules.add(own ? rule : rule.replaceFirst("\\*.*", "") + "*0");
        }
        return "seed=" + seed + ";board=" + board + ";" + String.join(";", rules);
    }

    /** Messages that are lost: calls end at their deadline. */
    static long loss() {
        return those(name -> name.endsWith(":loss"));
    }

    /** Messages that are random bytes: the manager is lost. */
    static long garbage() {
        return those(name -> name.endsWith(":garbage"));
    }

    /** About half of all other rules, those that can be told from what was stored. Existing files have no checksums. */
    static long some(SplittableRandom random, boolean checksums) {
        long possible = those(name -> checksums || !name.startsWith("file.") || !name.endsWith(":wrong"));
        return possible & random.nextLong() & ~loss() & ~garbage();
    }

    /** Bits on the disk that are wrong for good. */
    static int wrongWrites() {
        return NAMES.indexOf("file.write:wrong");
    }

    private static long those(Predicate<String> test) {
        long bits = 0;
        for (int i = 0; i < NAMES.size(); i++) {
            bits |= test.test(NAMES.get(i)) ? 1L << i : 0;
        }
        return bits;
    }
}
