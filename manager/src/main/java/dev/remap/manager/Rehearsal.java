// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.fault.DeferredFaults;
import dev.remap.core.fault.FaultAgents;
import dev.remap.core.fault.FaultHandler;
import dev.remap.core.fault.FaultStreams;
import dev.remap.core.hmm.ExclusiveFrames;
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
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.page.UserfaultfdMm;
import dev.remap.core.reclaim.PageoutUnmapper;
import dev.remap.core.reclaim.ReclaimAgent;
import dev.remap.driver.Driver;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.linux.Pidfd;
import dev.remap.linux.UffdPort;
import dev.remap.linux.Userfaultfd;
import dev.remap.linux.UserfaultfdAccess;
import dev.remap.wire.AdviceCode;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.FailurePolicyCode;
import dev.remap.wire.FaultReporting;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.PageWord;
import dev.remap.wire.Request;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Has a standby do, while there is time for it, what a takeover will ask of it: small regions of its own, of several tiers and of a file,
 * are faulted in, paged out and taken over again and again, with pages in every state and with a device, until classes are loaded and
 * compiled. A JVM that does this for the first time takes some hundred milliseconds, for which every touch would wait.
 *
 * <p>Nobody touches the regions, so nothing can hang. Where the process may not have a userfaultfd of its own there is no rehearsal, and a
 * takeover takes longer.
 */
final class Rehearsal implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final long PAGES = 512;
    private static final long PLAIN_PAGES = 128;
    private static final long SPILLED_PAGES = 16;
    private static final long FILE_BYTES = 64 * PAGE;
    private static final long BUDGET_BYTES = 16L << 20;
    private static final long UNBIND_NS = 1_000_000_000L;
    private static final int INTERRUPTED_ONE_IN = 7;
    private static final int ROUNDS = 12;
    private static final List<String> TIERS = List.of("zram", "file");

    /** A page is adopted in a microsecond, once that is compiled for good. */
    private static final int TAKEOVERS_A_ROUND = 4;

    private static final long LONGEST_NS = 1_500_000_000L;

    private final int uffd;
    private final Memory pages;
    private final Memory plainPages;
    private final Memory spilledPages;
    private final Memory filePages;
    private final int file;
    private final int pidfd;
    private final SharedCounters counters;
    private final Keepsakes keepsakes = new Keepsakes();
    private final Mm mm;
    private final List<Driver> drivers = Devices.installed().stream()
            .filter(driver -> TIERS.contains(driver.name())) // others may have hardware that is in use
            .toList();

    /** A region's memory, in this process. */
    private record Memory(int memfd, long base, long bytes) {
        static Memory map(UffdPort port, long bytes) throws IOException {
            int memfd = checked("memfd_create", Memfd.createSized("remap-rehearsal", bytes));
            int protection = Mmap.PROT_READ | Mmap.PROT_WRITE;
            long base = Mmap.map(0, bytes, protection, Mmap.MAP_SHARED | Mmap.MAP_NORESERVE, memfd, 0);
            checked("mmap", base < 0 ? base : 0);
            checked("UFFDIO_REGISTER", Math.min(0, port.register(base, bytes, FaultReporting.MODES)));
            return new Memory(memfd, base, bytes);
        }

        void unmap() {
            Mmap.unmap(base, bytes);
            FileIo.close(memfd);
        }
    }

    private Rehearsal(int uffd) throws IOException {
        this.uffd = uffd;
        try (UffdPort port = new UffdPort(uffd)) {
            pages = Memory.map(port, PAGES * PAGE);
            plainPages = Memory.map(port, PLAIN_PAGES * PAGE);
            spilledPages = Memory.map(port, SPILLED_PAGES * PAGE);
            filePages = Memory.map(port, FILE_BYTES);
        }
        file = unnamedFile(FILE_BYTES);
        long self = ProcessHandle.current().pid();
        pidfd = checked("pidfd_open", Pidfd.open((int) self));
        counters = SharedCounters.create(self);
        counters.memory()
                .set(ValueLayout.JAVA_LONG, CountersLayout.MANAGER_PID, 0L); // of no manager that one could look at
        mm = new UserfaultfdMm(uffd);
    }

    private static int unnamedFile(long bytes) throws IOException {
        Path path = Files.createTempFile("remap-rehearsal-", "");
        int fd = checked("open " + path, FileIo.open(path.toString(), FileIo.O_RDWR | FileIo.O_CLOEXEC, 0));
        Files.delete(path);
        checked("ftruncate", FileIo.ftruncate(fd, bytes));
        return fd;
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
        stage.devices.start();
        stage.create();
        for (int round = 0; round < ROUNDS && System.nanoTime() - start < LONGEST_NS; round++) {
            stage.serve(round);
            for (int takeover = 0; takeover < TAKEOVERS_A_ROUND; takeover++) {
                stage.leave();
                stage.takeOver();
            }
        }
        stage.leave();
        LOG.log(
                System.Logger.Level.DEBUG,
                "rehearsed for {0} ms",
                Long.toString((System.nanoTime() - start) / 1_000_000));
    }

    /** The parts of a manager; of one after the other, where they are what a takeover makes anew. */
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
        private final FaultHandler handler = handler();
        private Devices devices = devices();
        private int left;
        private RegionFactory factory = factory();

        private Devices devices() {
            Memmap memmap = new Memmap(regions);
            Hmm hmm = new Hmm(
                    new Hmm.Parts(regions, memmap, budget, events, reclaim, failures, () -> mm, reclaim::execute));
            return new Devices(memmap, hmm, keepsakes, new TaintLedger(Clock.systemUTC(), mask -> {}), drivers);
        }

        private RegionFactory factory() {
            return new RegionFactory(
                    counters.memory(),
                    regions,
                    budget,
                    Path.of(System.getProperty("java.io.tmpdir")),
                    new SpillAccount(BUDGET_BYTES),
                    keepsakes,
                    Limits.NONE,
                    new ApplicationAbort(pidfd),
                    devices);
        }

        /** Of nobody's turn; agents are made for their classes, and none of them is run. */
        private FaultHandler handler() {
            Function<FaultStreams, FaultHandler> handlers = streams -> new FaultHandler(
                    regions,
                    mm,
                    new Promoter(mm, budget, events, failures, true),
                    new ResidentMapper(mm, budget, events, failures),
                    failures,
                    deferred,
                    reclaim,
                    streams);
            new FaultAgents(uffd, Pidfd.pid(pidfd), counters.memory(), handlers);
            return handlers.apply(new FaultStreams());
        }

        void create() throws IOException, CommandException {
            PagedRegion advised = create("rehearsal", pages, TIERS, false);
            advised.advice().set(PAGES / 2, PAGES / 2, AdviceCode.RANDOM);
            factory.keepAdvice(advised);
            create("rehearsal-plain", plainPages, List.of("zram"), false);
            create("rehearsal-spilled", spilledPages, List.of("file"), false);
            PagedRegion region = create("rehearsal-files", filePages, List.of("zram"), true);
            int own = Inheritance.duplicate(file);
            KeptFile kept = KeptFile.of(new Request.OpenFile(region.id(), 0, 0, FILE_BYTES, true, true), own);
            kept.keep(keepsakes, RegionFactory.fileKey(region.id(), 0));
            kept.attach(region);
        }

        private PagedRegion create(String name, Memory memory, List<String> tiers, boolean files)
                throws IOException, CommandException {
            Request.CreateRegion spec = new Request.CreateRegion(
                    name,
                    memory.base(),
                    memory.bytes(),
                    FailurePolicyCode.WAIT,
                    1,
                    tiers,
                    "s3fifo",
                    files,
                    false,
                    "",
                    false);
            PagedRegion region = factory.create(spec, Inheritance.duplicate(memory.memfd()));
            reclaim.open(region, spec.policy());
            return region;
        }

        /** As a session does it, with a device that the one before has bound. */
        void takeOver() throws IOException, CommandException {
            Devices former = devices;
            former.bind(ExclusiveFrames.DEVICE, former.hmm().exclusive().name(), "");
            devices = devices();
            factory = factory();
            budget.clear();
            devices.drivers().loadKept();
            devices.rebind();
            Takeover takeover = new Takeover(factory, regions, reclaim);
            takeover.adoptAll();
            devices.table().adopted();
            takeover.wake(mm);
            devices.unbind(ExclusiveFrames.DEVICE, UNBIND_NS);
            former.unbind(ExclusiveFrames.DEVICE, UNBIND_NS);
        }

        /** Has all pages but the first touched, paged out, and every other one touched again. */
        void serve(int seed) throws IOException {
            for (PagedRegion region : regions.all()) {
                for (long page = 1; page < region.pages(); page++) {
                    handler.handle(region.address(page), Userfaultfd.UFFD_PAGEFAULT_FLAG_WRITE);
                }
            }
            write(seed, pages);
            write(seed, plainPages);
            write(seed, spilledPages);
            events.drain(reclaim);
            for (PagedRegion region : regions.all()) {
                reclaim.pageOut(region, 0, region.pages());
                for (long page = 2; page < region.pages(); page += 2) {
                    handler.handle(region.address(page), 0);
                    handler.handle(region.address(page), Userfaultfd.UFFD_PAGEFAULT_FLAG_MINOR);
                }
            }
            events.drain(reclaim);
        }

        private void interrupt(PagedRegion region) {
            PageTable table = region.table();
            for (long page = 1L + left % INTERRUPTED_ONE_IN; page < region.pages(); page += INTERRUPTED_ONE_IN) {
                long word = table.get(page);
                switch (PageWord.state(word)) {
                    case PageWord.ABSENT, PageWord.CLEAN -> table.lock(page, word);
                    case PageWord.PRESENT -> table.beginDemote(page, word);
                    default -> LOG.log(System.Logger.Level.DEBUG, "rehearsed in state {0}", PageWord.describe(word));
                }
            }
        }

        /** Contents that compress to a half. */
        private void write(int seed, Memory memory) throws IOException {
            SplittableRandom random = new SplittableRandom(seed);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment page = arena.allocate(PAGE, PAGE);
                for (long at = PAGE; at < memory.bytes(); at += PAGE) {
                    for (long i = 0; i < PAGE / 2; i += Long.BYTES) {
                        page.set(ValueLayout.JAVA_LONG, i, random.nextLong());
                    }
                    checked("pwrite", Math.min(0, FileIo.pwrite(memory.memfd(), page.address(), PAGE, at)));
                }
            }
        }

        /** Leaves the regions to whoever has kept their descriptors, some pages in the middle of a change. */
        void leave() {
            left++;
            for (PagedRegion region : regions.all()) {
                interrupt(region);
                reclaim.close(region, () -> {});
            }
        }
    }

    @Override
    public void close() {
        keepsakes.close();
        pages.unmap();
        plainPages.unmap();
        spilledPages.unmap();
        filePages.unmap();
        Mmap.unmap(counters.memory().address(), CountersLayout.FILE_BYTES);
        FileIo.close(counters.fd());
        FileIo.close(pidfd);
        FileIo.close(file);
        FileIo.close(uffd);
        ScratchDirectory.empty();
    }
}
