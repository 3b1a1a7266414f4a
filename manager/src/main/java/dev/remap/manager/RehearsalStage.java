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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Where a {@link Rehearsal} is played: what a manager is made of, without its threads, and a few small regions in this process's own
 * memory. Nobody touches them, so nothing can hang. Of the drivers those take part that can always have another device:
 * {@link Driver#rehearsalOptions}.
 */
final class RehearsalStage implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RehearsalStage.class.getName());
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final long BUDGET_BYTES = 16L << 20;
    private static final long UNBIND_NS = 1_000_000_000L;
    private static final int INTERRUPTED_ONE_IN = 7;
    private static final List<String> TIERS = List.of("zram", "file");
    private static final String PREFIX = "rehearsal-";
    private static final int NO_FILE = -1;

    /** The regions: of several tiers, of one, and over a file. */
    private static final long PAGES = 512;

    private static final long PLAIN_PAGES = 128;
    private static final long SPILLED_PAGES = 192;
    private static final long FILE_PAGES = 64;

    private final int uffd;
    private final List<Memory> memories = new ArrayList<>();
    private final int pidfd;
    private final SharedCounters counters;
    private final Keepsakes keepsakes = new Keepsakes();
    private final List<Driver> drivers = Devices.installed().stream()
            .filter(driver -> driver.rehearsalOptions() != null)
            .toList();
    /** Those whose devices have to be bound. */
    private final List<Driver> onDemand = new ArrayList<>(
            drivers.stream().filter(driver -> driver.devices().isEmpty()).toList());

    private final Mm mm;
    private final RegionTable regions = new RegionTable();
    private final PageEvents events = new PageEvents();
    private final DeferredFaults deferred = new DeferredFaults();
    private final DramBudget budget;
    private final FailureAction failures;
    private final ReclaimAgent reclaim;
    private final FaultHandler handler;
    private Devices devices;
    private RegionFactory factory;
    private int file = NO_FILE;
    private int takeovers;

    /** A region's memory, mapped into this process. */
    record Memory(String name, List<String> tiers, boolean files, int memfd, long base, long pages) {
        /** Whether its pages go to a disk, for which there is time but once. */
        boolean isSpilled() {
            return !tiers.contains("zram");
        }

        /** Writes contents that compress to a half, but for the first page, which nobody ever touches. */
        void write(int seed) throws IOException {
            SplittableRandom random = new SplittableRandom(seed);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment page = arena.allocate(PAGE, PAGE);
                for (long at = 1; at < pages; at++) {
                    for (long i = 0; i < PAGE / 2; i += Long.BYTES) {
                        page.set(ValueLayout.JAVA_LONG, i, random.nextLong());
                    }
                    checked("pwrite", Math.min(0, FileIo.pwrite(memfd, page.address(), PAGE, at * PAGE)));
                }
            }
        }

        private void unmap() {
            Mmap.unmap(base, pages * PAGE);
            FileIo.close(memfd);
        }
    }

    /** A stage with nothing on it. It owns the descriptor, of a userfaultfd of this process. */
    RehearsalStage(int uffd) throws IOException {
        this.uffd = uffd;
        long self = ProcessHandle.current().pid();
        pidfd = checked("pidfd_open", Pidfd.open((int) self));
        counters = SharedCounters.create(self);
        counters.memory()
                .set(ValueLayout.JAVA_LONG, CountersLayout.MANAGER_PID, 0L); // of no manager that one could look at
        mm = new UserfaultfdMm(uffd);
        budget = new DramBudget(counters.memory(), BUDGET_BYTES / PAGE);
        failures = new FailureAction(new ApplicationAbort(pidfd));
        reclaim = new ReclaimAgent(new ReclaimAgent.Parts(
                regions,
                budget,
                events,
                counters.memory(),
                mm,
                deferred,
                failures,
                new PageoutUnmapper(pidfd),
                (starts, lengths, count) -> false));
        handler = handler();
        devices = newDevices();
        factory = newFactory();
    }

    private void map(UffdPort port, String name, List<String> tiers, boolean files, long pages) throws IOException {
        long bytes = pages * PAGE;
        int memfd = checked("memfd_create", Memfd.createSized("remap-rehearsal", bytes));
        int protection = Mmap.PROT_READ | Mmap.PROT_WRITE;
        long base = Mmap.map(0, bytes, protection, Mmap.MAP_SHARED | Mmap.MAP_NORESERVE, memfd, 0);
        checked("mmap", base < 0 ? base : 0);
        memories.add(new Memory(name, tiers, files, memfd, base, pages));
        checked("UFFDIO_REGISTER", Math.min(0, port.register(base, bytes, FaultReporting.MODES)));
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

    private Devices newDevices() {
        Memmap memmap = new Memmap(regions);
        Hmm hmm =
                new Hmm(new Hmm.Parts(regions, memmap, budget, events, reclaim, failures, () -> mm, reclaim::execute));
        return new Devices(memmap, hmm, keepsakes, new TaintLedger(Clock.systemUTC(), mask -> {}), drivers);
    }

    private RegionFactory newFactory() {
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

    List<Memory> memories() {
        return memories;
    }

    /** Binds the devices and creates the regions. What it has made when it fails is closed with the stage. */
    void open() throws IOException, CommandException {
        try (UffdPort port = new UffdPort(uffd)) {
            map(port, "rehearsal", TIERS, false, PAGES);
            map(port, "rehearsal-plain", List.of("zram"), false, PLAIN_PAGES);
            map(port, "rehearsal-spilled", List.of("file"), false, SPILLED_PAGES);
            map(port, "rehearsal-files", List.of("zram"), true, FILE_PAGES);
        }
        file = unnamedFile(FILE_PAGES * PAGE);
        devices.start();
        for (Memory memory : memories) {
            PagedRegion region = create(memory);
            if (memory.files()) {
                attachFile(region);
            } else {
                region.advice().set(memory.pages() / 2, memory.pages() / 2, AdviceCode.RANDOM);
                factory.keepAdvice(region);
            }
        }
    }

    private PagedRegion create(Memory memory) throws IOException, CommandException {
        Request.CreateRegion spec = new Request.CreateRegion(
                memory.name(),
                memory.base(),
                memory.pages() * PAGE,
                FailurePolicyCode.WAIT,
                1,
                memory.tiers(),
                "s3fifo",
                memory.files(),
                false,
                "",
                false);
        PagedRegion region = factory.create(spec, Inheritance.duplicate(memory.memfd()));
        reclaim.open(region, spec.policy());
        return region;
    }

    private void attachFile(PagedRegion region) throws IOException {
        Request.OpenFile open = new Request.OpenFile(region.id(), 0, 0, region.pages() * PAGE, true, true);
        KeptFile kept = KeptFile.of(open, Inheritance.duplicate(file));
        kept.keep(keepsakes, RegionFactory.fileKey(region.id(), 0));
        kept.attach(region);
    }

    /** Has pages touched for writing; never the first of a region, so that takeovers meet one that nobody has touched. */
    void fault(Memory memory, long first, long count) {
        PagedRegion region = regionOf(memory);
        for (long page = Math.max(1, first); page < first + count; page++) {
            handler.handle(region.address(page), Userfaultfd.UFFD_PAGEFAULT_FLAG_WRITE);
        }
        events.drain(reclaim);
    }

    void pageOut(Memory memory, long first, long count) {
        reclaim.pageOut(regionOf(memory), first, count);
    }

    /** Has every other page touched for reading. */
    void faultEveryOther(Memory memory, long first, long count) {
        PagedRegion region = regionOf(memory);
        for (long page = Math.max(2, first); page < first + count; page += 2) {
            handler.handle(region.address(page), 0);
            handler.handle(region.address(page), Userfaultfd.UFFD_PAGEFAULT_FLAG_MINOR);
        }
        events.drain(reclaim);
    }

    private PagedRegion regionOf(Memory memory) {
        for (PagedRegion region : regions.all()) {
            if (region.config().baseAddress() == memory.base()) {
                return region;
            }
        }
        throw new IllegalStateException("nobody has region " + memory.name());
    }

    /** Leaves the regions to whoever has kept their descriptors, some pages in the middle of a change. */
    void leave() {
        for (PagedRegion region : regions.all()) {
            interrupt(region);
            reclaim.close(region, () -> {});
        }
    }

    private void interrupt(PagedRegion region) {
        PageTable table = region.table();
        for (long page = 1L + takeovers % INTERRUPTED_ONE_IN; page < region.pages(); page += INTERRUPTED_ONE_IN) {
            long word = table.get(page);
            switch (PageWord.state(word)) {
                case PageWord.ABSENT, PageWord.CLEAN -> table.lock(page, word);
                case PageWord.PRESENT -> table.beginDemote(page, word);
                default -> LOG.log(System.Logger.Level.DEBUG, "rehearsed in state {0}", PageWord.describe(word));
            }
        }
    }

    /** As a session does it, with devices that the one before has bound. */
    void takeOver() throws IOException, CommandException {
        takeovers++;
        Devices former = devices;
        List<String> bound = bindOnDemand(former);
        devices = newDevices();
        factory = newFactory();
        budget.clear();
        devices.drivers().loadKept();
        devices.rebind();
        Takeover takeover = new Takeover(factory, regions, reclaim);
        takeover.adoptAll();
        devices.table().adopted();
        takeover.wake(mm);
        for (String name : bound) {
            devices.unbind(name, UNBIND_NS);
            former.unbind(name, UNBIND_NS);
        }
    }

    /** Binds a device to each driver that is bound to none by itself; answers their names. */
    private List<String> bindOnDemand(Devices to) throws IOException, CommandException {
        List<String> bound = new ArrayList<>();
        to.bind(ExclusiveFrames.DEVICE, to.hmm().exclusive().name(), "");
        bound.add(ExclusiveFrames.DEVICE);
        for (Driver driver : List.copyOf(onDemand)) {
            String name = PREFIX + driver.name();
            try {
                to.bind(name, driver.name(), Objects.requireNonNull(driver.rehearsalOptions()));
                bound.add(name);
            } catch (CommandException e) {
                onDemand.remove(driver);
                LOG.log(System.Logger.Level.WARNING, "driver " + driver.name() + " does not rehearse", e);
            }
        }
        return bound;
    }

    @Override
    public void close() {
        for (PagedRegion region : regions.all()) {
            reclaim.close(region, () -> {});
        }
        keepsakes.close();
        memories.forEach(Memory::unmap);
        Mmap.unmap(counters.memory().address(), CountersLayout.FILE_BYTES);
        FileIo.close(counters.fd());
        FileIo.close(pidfd);
        if (file != NO_FILE) {
            FileIo.close(file);
        }
        FileIo.close(uffd);
    }
}
