// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.fault.DeferredFaults;
import dev.remap.core.fault.FaultAgents;
import dev.remap.core.fault.FaultHandler;
import dev.remap.core.hmm.Hmm;
import dev.remap.core.memremap.Memmap;
import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.FailureAction;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.ResidentMapper;
import dev.remap.core.module.TaintLedger;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.page.UserfaultfdMm;
import dev.remap.core.reclaim.PageoutUnmapper;
import dev.remap.core.reclaim.ReclaimAgent;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.linux.Pidfd;
import dev.remap.linux.UffdPort;
import dev.remap.linux.Userfaultfd;
import dev.remap.linux.UserfaultfdAccess;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.FailurePolicyCode;
import dev.remap.wire.FaultReporting;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.Request;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Has a standby do, while there is time for it, what a takeover will ask of it: a small region of its own, in its own address space, is
 * faulted in, paged out and taken over again and again, until classes are loaded and compiled. A JVM that does this for the first time
 * takes some hundred milliseconds, for which every touch would wait.
 *
 * <p>Nobody touches the region, so nothing can hang. Where the process may not have a userfaultfd of its own there is no rehearsal, and a
 * takeover takes longer.
 */
final class Rehearsal implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final long PAGES = 512;
    private static final long BYTES = PAGES * PAGE;
    private static final long BUDGET_BYTES = 16L << 20;
    private static final int ROUNDS = 12;

    /** A page is adopted in a microsecond, once that is compiled for good. */
    private static final int TAKEOVERS_A_ROUND = 4;

    private static final long LONGEST_NS = 1_500_000_000L;

    private final int uffd;
    private final int memfd;
    private final int pidfd;
    private final long base;
    private final SharedCounters counters;
    private final Keepsakes keepsakes = new Keepsakes();
    private final Mm mm;

    private Rehearsal(int uffd) throws IOException {
        this.uffd = uffd;
        memfd = checked("memfd_create", Memfd.createSized("remap-rehearsal", BYTES));
        int protection = Mmap.PROT_READ | Mmap.PROT_WRITE;
        base = Mmap.map(0, BYTES, protection, Mmap.MAP_SHARED | Mmap.MAP_NORESERVE, memfd, 0);
        checked("mmap", base < 0 ? base : 0);
        try (UffdPort port = new UffdPort(uffd)) {
            long registered = port.register(base, BYTES, FaultReporting.MODES);
            checked("UFFDIO_REGISTER", Math.min(0, registered));
        }
        long self = ProcessHandle.current().pid();
        pidfd = checked("pidfd_open", Pidfd.open((int) self));
        counters = SharedCounters.create(self);
        counters.memory()
                .set(ValueLayout.JAVA_LONG, CountersLayout.MANAGER_PID, 0L); // of no manager that one could look at
        mm = new UserfaultfdMm(uffd);
    }

    private static int checked(String call, long result) throws IOException {
        if (result < 0) {
            throw new IOException(call + ": " + Errno.name(result));
        }
        return (int) result;
    }

    static void run() {
        UserfaultfdAccess.Result access = UserfaultfdAccess.open(FaultReporting.FEATURES, -1);
        if (access.fd() < 0) {
            LOG.log(System.Logger.Level.DEBUG, "no userfaultfd of the standby's own: no rehearsal");
            return;
        }
        try (Rehearsal rehearsal = new Rehearsal(access.fd())) {
            rehearsal.play();
        } catch (IOException | CommandException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the rehearsal failed; a takeover will take longer", e);
        }
        System.gc(); // now, and not in the middle of a takeover
    }

    private void play() throws IOException, CommandException {
        long start = System.nanoTime();
        Stage stage = new Stage();
        int id = stage.create(List.of("zram", "file"));
        for (int round = 0; round < ROUNDS && System.nanoTime() - start < LONGEST_NS; round++) {
            stage.serve(round);
            for (int takeover = 0; takeover < TAKEOVERS_A_ROUND; takeover++) {
                stage.leave();
                stage.takeOver(id);
            }
        }
        stage.leave();
        LOG.log(
                System.Logger.Level.DEBUG,
                "rehearsed for {0} ms",
                Long.toString((System.nanoTime() - start) / 1_000_000));
    }

    /** The parts of one manager, and its only region. */
    private final class Stage {
        private final RegionTable regions = new RegionTable();
        private final PageEvents events = new PageEvents();
        private final DramBudget budget = new DramBudget(counters.memory(), BUDGET_BYTES / PAGE);
        private final FailureAction failures = new FailureAction(new ApplicationAbort(pidfd));
        private final DeferredFaults deferred = new DeferredFaults();
        private final ReclaimAgent reclaim = new ReclaimAgent(new ReclaimAgent.Parts(
                regions,
                budget,
                events,
                counters.memory(),
                mm,
                deferred,
                failures,
                new PageoutUnmapper(pidfd),
                (starts, lengths, count) -> false));
        private final RegionFactory factory = new RegionFactory(
                counters.memory(),
                regions,
                budget,
                Path.of(System.getProperty("java.io.tmpdir")),
                new SpillAccount(BUDGET_BYTES),
                keepsakes,
                Limits.NONE,
                new ApplicationAbort(pidfd),
                devices());
        private final FaultHandler handler = handler();

        private Devices devices() {
            Memmap memmap = new Memmap(regions);
            Hmm hmm = new Hmm(
                    new Hmm.Parts(regions, memmap, budget, events, reclaim, failures, () -> mm, reclaim::execute));
            Devices all = new Devices(memmap, hmm, keepsakes, new TaintLedger(Clock.systemUTC(), mask -> {}));
            all.start();
            return all;
        }

        /** Through the agents, whose classes are wanted as well; none of them is run. */
        private FaultHandler handler() {
            AtomicReference<FaultHandler> made = new AtomicReference<>();
            new FaultAgents(uffd, Pidfd.pid(pidfd), counters.memory(), streams -> {
                FaultHandler one = new FaultHandler(
                        regions,
                        mm,
                        new Promoter(mm, budget, events, failures, true),
                        new ResidentMapper(mm, budget, events, failures),
                        failures,
                        deferred,
                        reclaim,
                        streams);
                made.set(one);
                return one;
            });
            return made.get();
        }

        int create(List<String> tiers) throws IOException, CommandException {
            Request.CreateRegion spec = new Request.CreateRegion(
                    "rehearsal", base, BYTES, FailurePolicyCode.WAIT, 1, tiers, "s3fifo", false, false, "", false);
            PagedRegion region = factory.create(spec, Inheritance.duplicate(memfd));
            reclaim.open(region, spec.policy());
            return region.id();
        }

        void takeOver(int id) throws IOException, CommandException {
            budget.clear();
            RegionFactory.Adopted adopted = factory.adopt(id);
            reclaim.adopt(adopted.region(), adopted.policy());
            mm.wake(base, BYTES);
        }

        void serve(int seed) throws IOException {
            PagedRegion region = regions.all()[0];
            for (long page = 0; page < PAGES; page++) {
                handler.handle(region.address(page), Userfaultfd.UFFD_PAGEFAULT_FLAG_WRITE);
            }
            write(seed);
            events.drain(reclaim);
            reclaim.pageOut(region, 0, PAGES);
            for (long page = 0; page < PAGES; page += 2) {
                handler.handle(region.address(page), 0);
                handler.handle(region.address(page), Userfaultfd.UFFD_PAGEFAULT_FLAG_MINOR);
            }
            events.drain(reclaim);
        }

        /** Contents that compress to a half. */
        private void write(int seed) throws IOException {
            SplittableRandom random = new SplittableRandom(seed);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment page = arena.allocate(PAGE, PAGE);
                for (long at = 0; at < BYTES; at += PAGE) {
                    for (long i = 0; i < PAGE / 2; i += Long.BYTES) {
                        page.set(ValueLayout.JAVA_LONG, i, random.nextLong());
                    }
                    checked("pwrite", Math.min(0, FileIo.pwrite(memfd, page.address(), PAGE, at)));
                }
            }
        }

        /** Leaves the region to whoever has kept its descriptors. */
        void leave() {
            reclaim.close(regions.all()[0], () -> {});
        }
    }

    @Override
    public void close() {
        keepsakes.close();
        Mmap.unmap(base, BYTES);
        Mmap.unmap(counters.memory().address(), CountersLayout.FILE_BYTES);
        FileIo.close(counters.fd());
        FileIo.close(pidfd);
        FileIo.close(memfd);
        FileIo.close(uffd);
        ScratchDirectory.empty();
    }
}
