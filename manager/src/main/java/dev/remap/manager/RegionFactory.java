// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.FailureAction;
import dev.remap.core.module.SegmentBridge;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.FailurePolicy;
import dev.remap.core.page.MemfdBacking;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionCounters;
import dev.remap.core.page.RegionTable;
import dev.remap.core.page.SparseArray;
import dev.remap.core.policy.ReplacementPolicies;
import dev.remap.driver.BackingFilesOps;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierFacts;
import dev.remap.driver.TierOps;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.FailurePolicyCode;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.KeptLayout;
import dev.remap.wire.PageWord;
import dev.remap.wire.Request;
import dev.remap.wire.RequestCodec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes regions of what an application asks for, with the tiers that installed drivers open. */
final class RegionFactory {
    /** A tier that takes longer for a page than it takes to wake a thread is worth another thread. */
    private static final long SLOW_FETCH_NS = 20_000;

    private static final int NO_READER = -1;

    private final MemorySegment counters;
    private final RegionTable regions;
    private final DramBudget budget;
    private final Path spillDirectory;
    private final SpillAccount spill;
    private final Keepsakes keepsakes;
    private final Limits limits;
    private final FailureAction.Abort abort;
    private final AtomicInteger openFiles = new AtomicInteger();
    private final Devices devices;

    /** A tier as it was asked for. */
    private record TierSpec(String text, TierOps ops, String options) {}

    RegionFactory(
            MemorySegment counters,
            RegionTable regions,
            DramBudget budget,
            Path spillDirectory,
            SpillAccount spill,
            Keepsakes keepsakes,
            Limits limits,
            FailureAction.Abort abort,
            Devices devices) {
        this.counters = counters;
        this.regions = regions;
        this.budget = budget;
        this.spillDirectory = spillDirectory;
        this.spill = spill;
        this.keepsakes = keepsakes;
        this.limits = limits;
        this.abort = abort;
        this.devices = devices;
    }

    /** A failure's message, with what taints this manager. */
    String mark(String message) {
        return devices.drivers().taints().mark(message);
    }

    /** Makes a region over a memfd, which it takes over, and closes where it cannot. The region is not served yet. */
    PagedRegion create(Request.CreateRegion spec, int memfd) throws CommandException, IOException {
        return create(spec, memfd, NO_READER);
    }

    /**
     * The same of a region that may be shared.
     *
     * @param reader a descriptor of the memfd that is open for reading only, which stays the caller's; negative if there is none
     */
    PagedRegion create(Request.CreateRegion spec, int memfd, int reader) throws CommandException, IOException {
        PagedRegion.Config config;
        try {
            check(spec);
            checkAbort(spec);
            checkLimits(spec.sizeBytes());
            RegionRequestCheck.check(spec, memfd, regions);
            config = config(freeId(), spec);
        } catch (CommandException e) {
            FileIo.close(memfd);
            throw e;
        }
        PagedRegion region = empty(config, spec, memfd, reader);
        try {
            region.tiers(openTiers(region, spec.tiers()));
            region.shadow(spec.shadow());
            if (spec.files()) {
                region.files(filesOps().open(spec.name(), region.pages()));
            }
            ScratchDirectory.empty();
            devices.hmm().open(region);
            region.counters().describe(spec.name(), spec.sizeBytes(), String.join(",", tierNames(region)));
            return region;
        } catch (CommandException | IOException | RuntimeException e) {
            keepsakes.drop(key(config.id()));
            region.close();
            throw e;
        }
    }

    private PagedRegion empty(PagedRegion.Config config, Request.CreateRegion spec, int memfd, int reader)
            throws IOException {
        try {
            PageTable table = new PageTable(config.name(), config.sizeBytes() / PagedRegion.PAGE_SIZE);
            RegionCounters figures = new RegionCounters(counters, config.id());
            if (!keepsakes.keeps()) {
                return new PagedRegion(config, table, new MemfdBacking(memfd), figures);
            }
            SparseArray pins = sharedPins(table.pages());
            int[] kept = reader < 0
                    ? new int[] {memfd, table.fd(), pins.fd()}
                    : new int[] {memfd, table.fd(), pins.fd(), reader};
            keepsakes.keep(key(config.id()), RequestCodec.toBytes(spec), kept);
            PagedRegion region = new PagedRegion(config, table, new MemfdBacking(memfd), figures, pins);
            if (spec.isShared()) {
                region.share();
            }
            return region;
        } catch (IOException e) {
            FileIo.close(memfd);
            throw e;
        }
    }

    /** Whether a region is what has been made of this very request, as far as a standby would know. */
    boolean isMadeOf(PagedRegion region, Request.CreateRegion spec) throws IOException {
        Keepsakes.Kept kept = keepsakes.get(key(region.id()));
        return kept != null && Arrays.equals(kept.value(), RequestCodec.toBytes(spec));
    }

    private static SparseArray sharedPins(long pages) throws IOException {
        long bytes = SparseArray.pages(pages * Integer.BYTES);
        long memfd = Memfd.createFixed("remap-pins", bytes);
        if (memfd < 0) {
            throw new IOException("memfd_create for pins: " + Errno.name(memfd));
        }
        return new SparseArray(bytes, (int) memfd);
    }

    private void checkAbort(Request.CreateRegion spec) throws CommandException {
        if (spec.failurePolicy() == FailurePolicyCode.ABORT_PROCESS && !abort.isPermitted()) {
            throw new CommandException(
                    ErrorCode.PERMISSION,
                    "region " + spec.name()
                            + " with FailurePolicy.ABORT_PROCESS, while its manager may not send this process a signal",
                    "Choose another policy, or have the broker run as root, as this user, or with CAP_KILL.");
        }
    }

    private void checkLimits(long moreBytes) throws CommandException {
        PagedRegion[] all = regions.all();
        if (all.length >= limits.regions()) {
            throw new CommandException(
                    ErrorCode.QUOTA,
                    "this application has " + all.length + " regions, and may have no more",
                    "Close regions, or use fewer, larger ones.");
        }
        long bytes = moreBytes;
        for (PagedRegion region : all) {
            bytes += region.config().sizeBytes();
        }
        if (bytes > limits.regionBytes()) {
            throw new CommandException(
                    ErrorCode.QUOTA,
                    "regions of " + bytes + " bytes of address space in all, where this application may have "
                            + limits.regionBytes(),
                    "Close regions, or have the broker's administrator raise the limit (remap serve --help).");
        }
    }

    /** Counts a file that is to be opened; {@link #fileClosed} takes it back. */
    void fileOpened() throws CommandException {
        if (openFiles.incrementAndGet() > limits.files()) {
            openFiles.decrementAndGet();
            throw new CommandException(
                    ErrorCode.QUOTA,
                    "this application has " + limits.files() + " files open, and may have no more",
                    "Close files, or have the broker's administrator raise the limit (remap serve --help).");
        }
    }

    void fileClosed() {
        openFiles.decrementAndGet();
    }

    /** Whether a region outlives its application. */
    boolean survives(PagedRegion region) throws IOException {
        Keepsakes.Kept kept = keepsakes.get(key(region.id()));
        return kept != null
                && RequestCodec.fromBytes(kept.value()) instanceof Request.CreateRegion spec
                && spec.survives();
    }

    /**
     * Makes a region of what another application has left of it. Its pages are still to be adopted.
     *
     * @param spec how it was made, and where it is now
     * @param left what is kept of it, by keys below the region's; stays the caller's
     */
    Adopted inherit(Request.CreateRegion spec, Map<String, Keepsakes.Kept> left) throws CommandException, IOException {
        checkAbort(spec);
        checkLimits(spec.sizeBytes());
        int id = freeId();
        boolean inherited = false;
        try {
            for (Map.Entry<String, Keepsakes.Kept> entry : left.entrySet()) {
                Keepsakes.Kept kept = entry.getValue();
                byte[] value = entry.getKey().isEmpty() ? RequestCodec.toBytes(spec) : kept.value();
                keepsakes.keep(key(id) + entry.getKey(), value, kept.fds());
            }
            Adopted adopted = adopt(id);
            settlePins(adopted.region());
            adopted.region().clearPins(); // nobody's any more
            adopted.region()
                    .counters()
                    .describe(spec.name(), spec.sizeBytes(), String.join(",", tierNames(adopted.region())));
            inherited = true;
            return adopted;
        } finally {
            if (!inherited) {
                keepsakes.release(key(id));
            }
        }
    }

    /** A region that a dead manager has left, and the policy it named. */
    record Adopted(PagedRegion region, String policy) {}

    /** Makes a region of what a dead manager has left of it. Its pages are still to be adopted. */
    Adopted adopt(int id) throws CommandException, IOException {
        Keepsakes.Kept kept = keepsakes.get(key(id));
        if (kept == null || !(RequestCodec.fromBytes(kept.value()) instanceof Request.CreateRegion spec)) {
            throw new IOException("nothing is kept of region " + id);
        }
        long pages = spec.sizeBytes() / PagedRegion.PAGE_SIZE;
        MemfdBacking backing = new MemfdBacking(Inheritance.duplicate(kept.fds()[KeptLayout.MEMORY]));
        PageTable table = PageTable.adopt(pages, Inheritance.duplicate(kept.fds()[KeptLayout.WORDS]));
        SparseArray pins = new SparseArray(pages * Integer.BYTES, Inheritance.duplicate(kept.fds()[KeptLayout.PINS]));
        RegionCounters figures = RegionCounters.adopt(counters, id);
        SparseArray fresh = spec.isShared() ? sharedPins(pages) : pins;
        PagedRegion region = new PagedRegion(config(id, spec), table, backing, figures, fresh);
        if (spec.isShared()) {
            region.share();
            region.inheritPins(pins);
            figures.set(CountersLayout.REGION_PINNED_PAGES, 0);
        }
        region.tiers(openTiers(region, spec.tiers()));
        region.shadow(spec.shadow());
        devices.hmm().open(region);
        if (spec.files()) {
            region.files(filesOps().open(spec.name(), region.pages()));
            adoptFiles(region);
        }
        Keepsakes.Kept advice = keepsakes.get(adviceKey(id));
        if (advice != null) {
            region.advice().restore(longs(advice.value()));
        }
        Keepsakes.Kept access = keepsakes.get(accessKey(id));
        if (access != null) {
            region.deviceAccess().restore(longs(access.value()));
        }
        return new Adopted(region, spec.policy());
    }

    /**
     * Ends the time in which a shared region has the pins that a dead manager has counted besides those that its applications have told of
     * since: from now on the latter are kept.
     */
    void settlePins(PagedRegion region) throws IOException {
        Keepsakes.Kept kept = keepsakes.get(key(region.id()));
        if (!region.isShared() || kept == null || region.pinsFd() < 0) {
            return;
        }
        int[] fds = kept.fds().clone();
        fds[KeptLayout.PINS] = region.pinsFd();
        keepsakes.keep(key(region.id()), kept.value(), fds);
        region.disinheritPins();
    }

    private void adoptFiles(PagedRegion region) throws IOException {
        for (String key : keepsakes.keysUnder(key(region.id()) + "/file")) {
            Keepsakes.Kept kept = keepsakes.get(key);
            if (kept != null && kept.fds().length > 0) {
                KeptFile.from(kept).adopt(region);
                openFiles.incrementAndGet();
            }
        }
    }

    /** Keeps what was advised of a region. */
    void keepAdvice(PagedRegion region) throws IOException {
        if (!keepsakes.keeps()) {
            return;
        }
        keepsakes.keep(adviceKey(region.id()), bytes(region.advice().ranges()));
    }

    /** Keeps what devices may do to a region. */
    void keepDeviceAccess(PagedRegion region) throws IOException {
        if (keepsakes.keeps()) {
            keepsakes.keep(accessKey(region.id()), bytes(region.deviceAccess().ranges()));
        }
    }

    private static String accessKey(int id) {
        return key(id) + "/access";
    }

    private static String adviceKey(int id) {
        return key(id) + "/advice";
    }

    private static byte[] bytes(long[] longs) {
        ByteBuffer buffer = ByteBuffer.allocate(longs.length * Long.BYTES);
        buffer.asLongBuffer().put(longs);
        return buffer.array();
    }

    private static long[] longs(byte[] bytes) {
        long[] longs = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).asLongBuffer().get(longs);
        return longs;
    }

    /** The regions that a dead manager has left, by number. */
    List<Integer> left() {
        return keepsakes.keysUnder(KeptLayout.REGIONS).stream()
                .map(KeptLayout::regionOf)
                .filter(id -> id >= 0) // else it belongs to a region
                .toList();
    }

    /** What belongs to a region is kept under this. */
    static String key(int id) {
        return KeptLayout.region(id);
    }

    /** What belongs to the file at an offset of a region is kept under this. */
    static String fileKey(int id, long offset) {
        return key(id) + "/file/" + offset / PagedRegion.PAGE_SIZE;
    }

    private static PagedRegion.Config config(int id, Request.CreateRegion spec) throws CommandException {
        return new PagedRegion.Config(
                id,
                spec.name(),
                spec.baseAddress(),
                spec.sizeBytes(),
                failurePolicy(spec.failurePolicy()),
                spec.maxStallNs());
    }

    private int freeId() throws CommandException {
        int id = regions.freeId();
        if (id < 0) {
            throw new CommandException(
                    ErrorCode.QUOTA, "all region numbers are taken", "Close regions, or use fewer, larger ones.");
        }
        return id;
    }

    private static List<String> tierNames(PagedRegion region) {
        return region.tiers().stream().map(PagedRegion.NamedTier::name).toList();
    }

    private void check(Request.CreateRegion spec) throws CommandException {
        if (!ReplacementPolicies.names().contains(spec.policy())) {
            throw new CommandException(
                    ErrorCode.INVALID,
                    "no replacement policy \"" + spec.policy() + "\"",
                    "There are: " + String.join(", ", ReplacementPolicies.names()) + ".");
        }
        if (spec.survives() && spec.files()) {
            throw new CommandException(
                    ErrorCode.INVALID,
                    "a region of files that outlives its application",
                    "The files outlive it anyway.");
        }
        if (spec.tiers().size() > PageWord.TIER_LAST - PageWord.TIER_FIRST + 1) {
            throw new CommandException(
                    ErrorCode.INVALID, "too many tiers: " + spec.tiers().size(), "");
        }
    }

    private static FailurePolicy failurePolicy(int code) throws CommandException {
        return switch (code) {
            case FailurePolicyCode.POISON -> FailurePolicy.POISON;
            case FailurePolicyCode.WAIT -> FailurePolicy.WAIT;
            case FailurePolicyCode.ABORT_PROCESS -> FailurePolicy.ABORT_PROCESS;
            default -> throw new CommandException(ErrorCode.INVALID, "no failure policy has code " + code, "");
        };
    }

    /** Opens tiers in the order of the facts their drivers state: what is fetched from sooner is stored to first. */
    private List<PagedRegion.NamedTier> openTiers(PagedRegion region, List<String> texts)
            throws CommandException, IOException {
        List<TierSpec> specs = new ArrayList<>();
        for (String text : texts) {
            specs.add(parse(text));
        }
        specs.sort(Comparator.comparingLong(spec -> spec.ops().facts().fetchLatencyNs()));
        List<PagedRegion.NamedTier> tiers = new ArrayList<>();
        region.tiers(tiers);
        for (TierSpec spec : specs) {
            int tierNumber = PageWord.TIER_FIRST + tiers.size();
            tiers.add(open(region, spec, tierNumber));
            region.tiers(tiers);
        }
        return tiers;
    }

    private BackingFilesOps filesOps() throws CommandException {
        BackingFilesOps ops = devices.table().files();
        if (ops == null) {
            throw new CommandException(
                    ErrorCode.UNSUPPORTED,
                    "no device provides existing files",
                    "Put remap-driver-file on the class or module path.");
        }
        return ops;
    }

    private TierSpec parse(String text) throws CommandException {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        TierOps ops = devices.table().tiers(name);
        if (ops == null) {
            List<String> names = devices.table().tierNames();
            throw new CommandException(
                    ErrorCode.INVALID,
                    "no driver for tier \"" + name + "\"",
                    names.isEmpty()
                            ? "No driver is installed: put one on the class or module path."
                            : "Installed: " + String.join(", ", names) + ".");
        }
        return new TierSpec(text, ops, colon < 0 ? "" : text.substring(colon + 1));
    }

    private PagedRegion.NamedTier open(PagedRegion region, TierSpec spec, int tierNumber)
            throws CommandException, IOException {
        TierOps ops = spec.ops();
        TierContext context = new TierContext(
                region.config().name(),
                region.pages(),
                spec.options(),
                budget,
                (page, from, to) -> region.table().relocate(page, tierNumber, from, to),
                spillDirectory,
                spill,
                new TierDescriptors(keepsakes, key(region.id()) + "/tier/" + tierNumber));
        try {
            TierFacts facts = ops.facts();
            boolean slow = facts.fetchLatencyNs() >= SLOW_FETCH_NS;
            return new PagedRegion.NamedTier(
                    ops.name(), facts.usesDram(), slow, SegmentBridge.over(ops.openTier(context)));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ErrorCode.INVALID, "tier \"" + spec.text() + "\": " + e.getMessage(), "");
        }
    }
}
