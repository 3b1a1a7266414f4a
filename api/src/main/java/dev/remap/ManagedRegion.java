// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.FileIo;
import dev.remap.linux.Mmap;
import dev.remap.wire.AdviceCode;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.DeviceAccessCode;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.FailureEntry;
import dev.remap.wire.FailurePolicyCode;
import dev.remap.wire.PageWord;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.RepairCode;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A region that a manager serves. */
final class ManagedRegion implements Region, Addressed {
    private static final long PAGE = 4096;
    private static final int MAX_FAILURES = 10_000;
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration ASYNC_TIMEOUT = Duration.ofSeconds(60);
    /** What the manager's own deadline gets on top, so that its answer, which says more, comes first. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ManagedRemap remap;
    private final String name;
    private final long size;
    private final int id;
    private final RegionMemory memory;
    private final PageWords words;
    private final boolean zerosBelow;
    private final AtomicInteger pins = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    private ManagedRegion(
            ManagedRemap remap, String name, long size, int id, RegionMemory memory, PageWords words, boolean files) {
        this.remap = remap;
        this.name = name;
        this.size = size;
        this.id = id;
        this.memory = memory;
        this.words = words;
        zerosBelow = !files;
    }

    /**
     * Maps a region and has the manager serve it. Within a {@link ManagedRegions#change}.
     *
     * @param files whether existing files are its bottom
     */
    static ManagedRegion create(ManagedRemap remap, String name, RegionSpec spec, boolean files) throws RemapException {
        RegionMemory memory = RegionMemory.map(name, spec.size(), remap.faultfd());
        Request request = request(name, spec, memory.address(), files);
        if (spec.sharedWith().isEmpty()) {
            return served(remap, name, memory, files, request, memory.memfd());
        }
        int reader = memory.openReader();
        try {
            return served(remap, name, memory, files, request, memory.memfd(), reader);
        } finally {
            FileIo.close(reader);
        }
    }

    /** Maps a region that another process has left, and has the manager serve it. Within a {@link ManagedRegions#change}. */
    static ManagedRegion open(ManagedRemap remap, String name, String schema) throws RemapException {
        return open(remap, name, name, schema);
    }

    /** The same, by the name that its manager knows. */
    static ManagedRegion open(ManagedRemap remap, String name, String managersName, String schema)
            throws RemapException {
        Received<Reply> answer = remap.link().call(new Request.OpenRegion(managersName, schema), COMMAND_TIMEOUT);
        if (answer.fds().length != 1 || !(answer.message() instanceof Reply.RegionFound found)) {
            throw unexpected(answer);
        }
        if (RegionMemory.isReadOnly(answer.fds()[0])) {
            remap.deadMan()
                    .close(); // it could cut nothing: closing the userfaultfd alone would have touches read zeros
        }
        RegionMemory memory = RegionMemory.map(answer.fds()[0], found.sizeBytes(), remap.faultfd());
        return served(remap, name, memory, false, new Request.AdoptRegion(managersName, schema, memory.address()));
    }

    /** Has the manager serve a region that is mapped, which is unmapped where it does not. */
    private static ManagedRegion served(
            ManagedRemap remap, String name, RegionMemory memory, boolean files, Request request, int... fds)
            throws RemapException {
        boolean served = false;
        try {
            if (!memory.isReadOnly()) {
                remap.deadMan().cover(memory.memfd(), memory.address(), memory.size());
            }
            Received<Reply> answer = remap.link().call(request, COMMAND_TIMEOUT, fds);
            if (answer.fds().length != 1
                    || !(answer.message() instanceof Reply.RegionCreated created)
                    || created.region() < 0
                    || created.region() >= CountersLayout.MAX_REGIONS) {
                throw unexpected(answer);
            }
            PageWords words = new PageWords(answer.fds()[0], memory.size() / PAGE);
            served = true;
            return new ManagedRegion(remap, name, memory.size(), created.region(), memory, words, files);
        } finally {
            if (!served) {
                memory.closeSegment();
                uncover(remap, memory);
                memory.unmap();
            }
        }
    }

    private static void uncover(ManagedRemap remap, RegionMemory memory) {
        if (!memory.isReadOnly()) {
            remap.deadMan().uncover(memory.memfd());
        }
    }

    private static RemapException unexpected(Received<Reply> answer) {
        IntStream.of(answer.fds()).forEach(FileIo::close);
        return new RemapException(RemapException.Category.INCOMPATIBLE, "unexpected answer " + answer, "");
    }

    private static Request request(String name, RegionSpec spec, long address, boolean files) {
        int policy = switch (spec.onFailure()) {
            case POISON -> FailurePolicyCode.POISON;
            case WAIT -> FailurePolicyCode.WAIT;
            case ABORT_PROCESS -> FailurePolicyCode.ABORT_PROCESS;
        };
        return new Request.CreateRegion(
                name,
                address,
                spec.size(),
                policy,
                spec.maxStall().toNanos(),
                spec.tiers(),
                spec.policy(),
                files,
                spec.survives() == Survives.CLIENT,
                spec.schema(),
                spec.shadow(),
                spec.sharedWith().entrySet().stream()
                        .map(user -> new Request.Grant(user.getKey(), user.getValue() == Access.READ_WRITE))
                        .toList());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return size;
    }

    long address() {
        return memory.address();
    }

    @Override
    public int regionId() {
        return id;
    }

    @Override
    public long regionOffset(long offset, long length) {
        check(offset, length);
        return offset;
    }

    @Override
    public ManagedRemap remap() {
        return remap;
    }

    @Override
    public MemorySegment segment() {
        checkOpen();
        return memory.segment();
    }

    @Override
    public MemorySegment segment(long offset, long length, Arena arena) {
        check(offset, length);
        return memory.view(offset, length, arena);
    }

    @Override
    public void advise(long offset, long length, Advice advice) {
        check(offset, length);
        remap.link().hint(new Request.Advise(id, offset, length, code(advice)));
    }

    /** The same, not as a hint: answers when the manager knows it. */
    void adviseForSure(long offset, long length, Advice advice) throws RemapException {
        remap.link().call(new Request.Advise(id, offset, length, code(advice)), COMMAND_TIMEOUT);
    }

    private static int code(Advice advice) {
        return switch (advice) {
            case NORMAL -> AdviceCode.NORMAL;
            case SEQUENTIAL -> AdviceCode.SEQUENTIAL;
            case RANDOM -> AdviceCode.RANDOM;
            case COLD -> AdviceCode.COLD;
            case DROP_BEHIND -> AdviceCode.DROP_BEHIND;
            case BYPASS -> AdviceCode.BYPASS;
        };
    }

    @Override
    public void prefetch(long offset, long length) {
        prefetch(new long[] {offset}, 1, length);
    }

    @Override
    public void prefetch(long[] offsets, int count, long lengthEach) {
        check(offsets, count, lengthEach);
        for (int from = 0; from < count; from += Protocol.MAX_OFFSETS) {
            long[] part = Arrays.copyOfRange(offsets, from, Math.min(count, from + Protocol.MAX_OFFSETS));
            remap.link().hint(new Request.Load(id, 0, true, lengthEach, part));
        }
    }

    @Override
    public void load(long offset, long length, Duration timeout) throws RemapException {
        check(offset, length);
        remap.link()
                .call(new Request.Load(id, timeout.toNanos(), false, length, new long[] {offset}), timeout.plus(GRACE));
    }

    @Override
    public CompletionStage<Void> loadAsync(long[] offsets, int count, long lengthEach) {
        check(offsets, count, lengthEach);
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (int from = 0; from < count; from += Protocol.MAX_OFFSETS) {
            long[] part = Arrays.copyOfRange(offsets, from, Math.min(count, from + Protocol.MAX_OFFSETS));
            Request load = new Request.Load(id, ASYNC_TIMEOUT.toNanos(), false, lengthEach, part);
            parts.add(remap.link().submit(load).thenCompose(ManagedRegion::completed));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).minimalCompletionStage();
    }

    private static CompletableFuture<Void> completed(Received<Reply> answer) {
        try {
            ManagerLink.checked(answer);
            return CompletableFuture.completedFuture(null);
        } catch (RemapException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public Pin pin(long offset, long length, Duration timeout) throws RemapException {
        startPin(offset, length, timeout);
        return new ManagedPin(this, offset, length);
    }

    /** Pins a range until {@link #endPin}. */
    void startPin(long offset, long length, Duration timeout) throws RemapException {
        check(offset, length);
        synchronized (pins) {
            checkOpen();
            pins.incrementAndGet();
        }
        boolean pinned = false;
        CompletableFuture<Received<Reply>> answer =
                remap.link().submit(new Request.Pin(id, offset, length, timeout.toNanos()));
        try {
            remap.link().await(answer, timeout.plus(GRACE));
            pinned = true;
        } finally {
            if (!pinned) {
                pins.decrementAndGet();
                undoLatePin(answer, offset, length);
            }
        }
    }

    /** Nobody waits for it any more: if the manager pins it after all, that must not be for ever. */
    @SuppressWarnings("FutureReturnValueIgnored") // what fails is a manager that has ended
    private void undoLatePin(CompletableFuture<Received<Reply>> answer, long offset, long length) {
        if (!answer.isDone()) {
            answer.thenAcceptAsync(late -> {
                if (late.message() instanceof Reply.Done) {
                    pins.incrementAndGet();
                    endPin(offset, length);
                }
            });
        }
    }

    /** Unmaps a range, which stays in memory, unless something is pinned: a pin promises that nothing faults. */
    long zap(long start, long length) {
        synchronized (pins) {
            return pins.get() > 0 ? 0 : Mmap.madvise(start, length, Mmap.MADV_DONTNEED);
        }
    }

    void endPin(long offset, long length) {
        try {
            remap.link().call(new Request.Unpin(id, offset, length), COMMAND_TIMEOUT);
        } catch (RemapException e) {
            log().log(System.Logger.Level.DEBUG, "unpin of a region whose manager is gone", e);
        } finally {
            pins.decrementAndGet();
        }
    }

    @Override
    public long transferTo(long offset, long length, WritableByteChannel target) throws IOException {
        return new PinnedTransfer(this, remap.stats().dramBudgetBytes()).to(offset, length, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long offset, long length) throws IOException {
        return new PinnedTransfer(this, remap.stats().dramBudgetBytes()).from(source, offset, length);
    }

    @Override
    public void read(long offset, MemorySegment target) throws RemapException {
        check(offset, target.byteSize());
        try (RegionReader reader = reader()) {
            reader.read(offset, target.byteSize(), target, 0);
            reader.finish();
        }
    }

    @Override
    public void read(long[] offsets, int count, long lengthEach, MemorySegment target) throws RemapException {
        check(offsets, count, lengthEach);
        Objects.checkFromIndexSize(0, Math.multiplyExact(count, lengthEach), target.byteSize());
        try (RegionReader reader = reader()) {
            for (int i = 0; i < count; i++) {
                reader.read(offsets[i], lengthEach, target, i * lengthEach);
            }
            reader.finish();
        }
    }

    private RegionReader reader() {
        return new RegionReader(remap.link(), remap.transferSlots(), words, memory.memfd(), id, zerosBelow);
    }

    @Override
    public void force(long offset, long length) throws RemapException {
        check(offset, length);
        if (!zerosBelow && length > 0) {
            remap.link().call(new Request.Force(id, offset, length), COMMAND_TIMEOUT);
        }
    }

    /** The name of a tier of a page word. */
    String tierName(int tier) {
        return SlowTouches.tierName(tier, remap.counters().tiers(id), !zerosBelow);
    }

    /** The number by which the manager knows this region. */
    int id() {
        return id;
    }

    /** The addresses. */
    RegionMemory memory() {
        return memory;
    }

    @Override
    public long pageOut(long offset, long length) throws RemapException {
        check(offset, length);
        return remap.link().callForValue(new Request.PageOut(id, offset, length), COMMAND_TIMEOUT);
    }

    @Override
    public void discard(long offset, long length) throws RemapException {
        check(offset, length);
        RegionChecks.wholePages(offset, length);
        remap.link().callForValue(new Request.Discard(id, offset, length), COMMAND_TIMEOUT);
    }

    @Override
    public void protect(long offset, long length, DeviceAccess access) throws RemapException {
        check(offset, length);
        RegionChecks.wholePages(offset, length);
        int code = switch (access) {
            case NONE -> DeviceAccessCode.NONE;
            case READ -> DeviceAccessCode.READ;
            case READ_WRITE -> DeviceAccessCode.READ_WRITE;
        };
        remap.link().callForValue(new Request.Protect(id, offset, length, code), COMMAND_TIMEOUT);
    }

    @Override
    public boolean isLoaded(long offset, long length) {
        check(offset, length);
        return residentPages(offset, length) == pages(offset, length);
    }

    @Override
    public long residentBytes(long offset, long length) {
        check(offset, length);
        return residentPages(offset, length) * PAGE;
    }

    /** A page in the manager's hands may be in DRAM, where it is only mapped, or not yet: the kernel knows. */
    private long residentPages(long offset, long length) {
        return words.count(
                page(offset),
                pages(offset, length),
                (page, word) -> PageWord.isResident(word)
                        || (PageWord.state(word) == PageWord.LOCKED && memory.isInMemory(page * PAGE)));
    }

    @Override
    public void verify(long offset, long length) throws RemapException {
        check(offset, length);
        if (remap.link().isLost()) {
            throw remap.link().lost();
        }
        if (remap.counters().get(CountersLayout.FAILED_PAGES) != 0) {
            refuseFailures(offset, offset + length);
        }
    }

    /** By the manager's list, which has a page before it is poisoned; its word may still be locked when the touch ends. */
    private void refuseFailures(long offset, long end) throws RemapException {
        List<PageFailure> inRange = failures(offset).stream()
                .filter(failure -> failure.offset() < end)
                .toList();
        if (!inRange.isEmpty()) {
            throw FailureEpochs.exception(inRange.getFirst(), inRange.size());
        }
    }

    @Override
    public List<PageFailure> failures() throws RemapException {
        checkOpen();
        return failures(0);
    }

    private List<PageFailure> failures(long from) throws RemapException {
        List<PageFailure> failures = new ArrayList<>();
        long offset = from / PAGE * PAGE;
        while (offset < size && failures.size() < MAX_FAILURES) {
            Received<Reply> answer = remap.link().call(new Request.Failures(id, offset), COMMAND_TIMEOUT);
            if (!(answer.message() instanceof Reply.FailureList list)
                    || list.entries().isEmpty()) {
                break;
            }
            list.entries().forEach(entry -> failures.add(failure(entry)));
            FailureEntry last = list.entries().getLast();
            offset = last.offset() + last.length();
        }
        return failures;
    }

    private PageFailure failure(FailureEntry entry) {
        return new PageFailure(
                name,
                entry.offset(),
                entry.length(),
                entry.tier(),
                RemapException.Category.valueOf(ErrorCode.of(entry.code()).name()),
                entry.detail(),
                Instant.ofEpochMilli(entry.sinceEpochMillis()));
    }

    @Override
    public long repair(long offset, long length, Repair how) throws RemapException {
        check(offset, length);
        int code = how == Repair.RETRY ? RepairCode.RETRY : RepairCode.ACCEPT_LOSS;
        return remap.link().callForValue(new Request.Repair(id, offset, length, code), COMMAND_TIMEOUT);
    }

    @Override
    public RegionStats stats() {
        checkOpen();
        return remap.counters().stats(id);
    }

    @Override
    public void close() {
        synchronized (pins) {
            refusePins();
            if (!closed.compareAndSet(false, true)) {
                return;
            }
        }
        tell(new Request.CloseBegin(id));
        memory.closeSegment();
        try {
            remap.managed().change(() -> {
                remap.managed().remove(this);
                uncover(remap, memory);
                memory.unmap();
                tell(new Request.CloseEnd(id));
                return null;
            });
        } catch (RemapException e) {
            throw new IllegalStateException("region " + name + " could not be unmapped", e);
        }
        words.close();
        remap.regionClosed();
    }

    private void tell(Request request) {
        try {
            remap.link().call(request, COMMAND_TIMEOUT);
        } catch (RemapException e) {
            log().log(System.Logger.Level.DEBUG, "close of a region whose manager is gone", e);
        }
    }

    /** The manager has ended: no touch may read anything any more. */
    void managerLost() {
        memory.revoke(remap.faultfd());
    }

    void refusePins() {
        if (pins.get() > 0 && !closed.get()) {
            throw new IllegalStateException("region " + name + " has " + pins.get() + " open pins: close them first");
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("region " + name + " is closed");
        }
    }

    private void check(long offset, long length) {
        checkOpen();
        Objects.checkFromIndexSize(offset, length, size);
    }

    private void check(long[] offsets, int count, long lengthEach) {
        checkOpen();
        RegionChecks.scattered(offsets, count, lengthEach, size);
    }

    private static long page(long offset) {
        return offset / PAGE;
    }

    private static long pages(long offset, long length) {
        return length == 0 ? 0 : (offset + length - 1) / PAGE - offset / PAGE + 1;
    }

    @Override
    public String toString() {
        return "region " + name + " of " + size + " bytes";
    }

    /** Made when it is needed: the first logger of a JVM takes as long as a tenth of its start. */
    private static System.Logger log() {
        return System.getLogger(ManagedRegion.class.getName());
    }
}
