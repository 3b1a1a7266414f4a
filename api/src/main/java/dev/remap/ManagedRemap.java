// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.UnixSocket;
import dev.remap.wire.Connection;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A Remap with a manager: one that this process has started for itself, or one that a broker has. */
final class ManagedRemap implements Remap {
    private static final long DEAD_MAN_MS = 2_000;
    private static final Duration BYE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration BIND_TIMEOUT = Duration.ofSeconds(30);

    private final Faultfd faultfd;
    /** The manager, if it is this process's to start and to end. */
    private final ManagerProcess.@Nullable Started own;

    private final ManagerLink link;
    private final TransferSlots slots;
    private final FileSpans files = new FileSpans(this);
    private final AgentThread agent;
    private final LivenessPipe liveness;
    private final DeadMansSwitch deadMan;
    private final Counters counters;
    private final String budgetOrigin;
    private final ManagedRegions regions;
    /** How to come to regions that are shared; null without a broker. */
    private final @Nullable SharedRegions shared;

    private volatile Runnable onClosed = () -> {};
    private boolean closed;

    private ManagedRemap(
            Faultfd faultfd,
            RemapConfig config,
            DefaultBudget budget,
            ManagerProcess.@Nullable Started own,
            Connection<Request, Reply> connection,
            @Nullable SharedRegions shared)
            throws RemapException {
        this.faultfd = faultfd;
        this.own = own;
        this.shared = shared;
        regions = new ManagedRegions();
        budgetOrigin = budget.origin();
        link = new ManagerLink(connection, this::managerLost);
        slots = TransferSlots.create();
        int[] pair = new int[2];
        long result = UnixSocket.socketpair(pair);
        if (result < 0) {
            throw new RemapException(
                    RemapException.Category.QUOTA, "socketpair: " + Errno.name(result), "Raise ulimit -n.");
        }
        agent = new AgentThread(pair[0], regions);
        liveness = LivenessPipe.open();
        try {
            counters = hello(config, budget, pair[1], liveness.writeEnd());
        } finally {
            FileIo.close(pair[1]);
            liveness.closeWriteEnd();
        }
        deadMan = DeadMansSwitch.arm(liveness, faultfd, config, own != null);
    }

    /** With a manager of its own, whose JVM starts while this one links its native calls. */
    static Remap open(RemapConfig config) throws RemapException {
        ManagerProcess.Starting starting = ManagerProcess.begin();
        boolean opening = false;
        try {
            refuseUnsuitableJvm();
            DefaultBudget budget = DefaultBudget.of(config);
            Faultfd own = Faultfd.open(Faultfd.NOT_GRANTED);
            opening = true;
            return opened(own, faultfd -> {
                ManagerProcess.Started started = starting.meet(config.openTimeout());
                return new ManagedRemap(faultfd, config, budget, started, Connection.toManager(started.socket()), null);
            });
        } finally {
            if (!opening) {
                starting.abandon();
            }
        }
    }

    /** With one that the broker behind a socket starts. */
    static Remap connect(Path socket, RemapConfig config) throws RemapException {
        refuseUnsuitableJvm();
        Admission admission = Admission.ask(socket, DefaultBudget.of(config), config.openTimeout());
        return admitted(admission, config, new SharedRegions(socket, config));
    }

    /**
     * With the manager that a broker has admitted this process to.
     *
     * @param shared how to come to regions that are shared; null if this is to have one of those, and nothing else
     */
    static ManagedRemap admitted(Admission admission, RemapConfig config, @Nullable SharedRegions shared)
            throws RemapException {
        boolean connected = false;
        try {
            DefaultBudget budget = new DefaultBudget(admission.dramBytes(), admission.terms());
            ManagedRemap remap = opened(
                    Faultfd.open(admission.device()),
                    faultfd -> new ManagedRemap(faultfd, config, budget, null, admission.connection(), shared));
            connected = true;
            return remap;
        } finally {
            admission.closeDevice();
            if (!connected) {
                admission.connection().close();
            }
        }
    }

    private interface Opening {
        ManagedRemap with(Faultfd faultfd) throws RemapException;
    }

    private static ManagedRemap opened(Faultfd faultfd, Opening opening) throws RemapException {
        boolean opened = false;
        try {
            ManagedRemap remap = opening.with(faultfd);
            FailureEpochs.add(remap);
            opened = true;
            return remap;
        } finally {
            if (!opened) {
                faultfd.close();
            }
        }
    }

    private static void refuseUnsuitableJvm() throws RemapException {
        String problem = HostSupport.problem();
        if (problem != null) {
            throw new RemapException(
                    RemapException.Category.UNSUPPORTED, "Remap cannot work in this JVM: " + problem, "");
        }
    }

    /** A broker's manager spills where and how much the broker says. */
    private long spillMaxBytes(RemapConfig config) throws RemapException {
        if (config.spillMaxBytes() != 0 || own == null) {
            return config.spillMaxBytes();
        }
        try {
            return Files.getFileStore(config.spillDirectory()).getUsableSpace() / 10 * 9;
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.INVALID,
                    "the spill directory " + config.spillDirectory() + " cannot be used: " + e,
                    "Set RemapConfig.spillDirectory to a directory that exists and can be written.",
                    e);
        }
    }

    private Counters hello(RemapConfig config, DefaultBudget budget, int agentSocket, int livenessPipe)
            throws RemapException {
        Request hello = new Request.Hello(
                Protocol.VERSION,
                ProcessHandle.current().pid(),
                budget.bytes(),
                config.holdCpuLatency(),
                faultfd.kernelFaults(),
                faultfd.poison(),
                budget.origin(),
                config.spillDirectory().toAbsolutePath().toString(),
                spillMaxBytes(config),
                config.standby());
        boolean welcome = false;
        try {
            Received<Reply> answer =
                    link.call(hello, config.openTimeout(), faultfd.fd(), agentSocket, slots.fd(), livenessPipe);
            if (answer.fds().length != 1
                    || !(answer.message() instanceof Reply.Welcome(int version, long _))
                    || version != Protocol.VERSION) {
                IntStream.of(answer.fds()).forEach(FileIo::close);
                throw new RemapException(RemapException.Category.INCOMPATIBLE, "unexpected answer " + answer, "");
            }
            Counters opened = new Counters(answer.fds()[0]);
            welcome = true;
            return opened;
        } catch (RemapException e) {
            throw e.category() == RemapException.Category.INVALID
                    ? new RemapException(e.category(), e.getMessage() + " Budget: " + budget.origin() + ".", "", e)
                    : e;
        } finally {
            if (!welcome) {
                endManager(0);
                slots.close();
                liveness.close();
            }
        }
    }

    Counters counters() {
        return counters;
    }

    Faultfd faultfd() {
        return faultfd;
    }

    DeadMansSwitch deadMan() {
        return deadMan;
    }

    ManagerLink link() {
        return link;
    }

    TransferSlots transferSlots() {
        return slots;
    }

    ManagedRegions managed() {
        return regions;
    }

    long failureEpoch() {
        return counters.get(CountersLayout.FAILURE_EPOCH);
    }

    @Override
    public Region create(String name, RegionSpec spec) throws RemapException {
        check(name, spec);
        if (!spec.sharedWith().isEmpty() && shared != null) {
            refuseIfClosed();
            refuseIfOpen(name);
            return shared.create(name, spec);
        }
        return createHere(name, spec);
    }

    /** By this object's own manager. */
    ManagedRegion createHere(String name, RegionSpec spec) throws RemapException {
        return regions.change(() -> {
            refuseIfClosed();
            if (hasName(name)) {
                throw new RemapException(
                        RemapException.Category.EXISTS, "a region named " + name + " is open", "Use another name.");
            }
            ManagedRegion region = ManagedRegion.create(this, name, spec, false);
            regions.add(region);
            return region;
        });
    }

    @Override
    public Region open(String name, String schema) throws RemapException {
        RegionChecks.nameOrOthers(name);
        RegionChecks.schema(schema);
        refuseWithoutBroker();
        refuseIfClosed();
        refuseIfOpen(name);
        Region found = shared == null ? null : shared.open(name, schema);
        return found == null ? openHere(name, name, schema) : found;
    }

    /** By this object's own manager, which knows it by another name. */
    ManagedRegion openHere(String name, String managersName, String schema) throws RemapException {
        return regions.change(() -> {
            refuseIfClosed();
            refuseIfOpen(name);
            ManagedRegion region = ManagedRegion.open(this, name, managersName, schema);
            regions.add(region);
            return region;
        });
    }

    private boolean hasName(String name) {
        return regions.hasName(name) || (shared != null && shared.hasName(name));
    }

    private void refuseIfOpen(String name) throws RemapException {
        if (hasName(name)) {
            throw new RemapException(
                    RemapException.Category.EXISTS, "region " + name + " is open in this process", "Use that one.");
        }
    }

    /** Sets what is done when the region, for which alone this object is here, has been closed. */
    void onClosed(Runnable action) {
        onClosed = action;
    }

    /** A region has been closed. */
    void regionClosed() {
        onClosed.run();
    }

    @Override
    public void remove(String name) throws RemapException {
        RegionChecks.name(name);
        refuseWithoutBroker();
        refuseIfClosed();
        link.call(new Request.RemoveRegion(name), COMMAND_TIMEOUT);
    }

    private void refuseWithoutBroker() throws RemapException {
        if (own != null) {
            throw new RemapException(
                    RemapException.Category.UNSUPPORTED,
                    "a manager that ends with this process keeps no regions for later",
                    "Use Remap.connect with the socket of `remap serve`.");
        }
    }

    @Override
    public Device bind(String name, String driver, String options) throws RemapException {
        RegionChecks.deviceName(name);
        refuseIfClosed();
        long takeovers = link.takeovers();
        try {
            link.callForValue(new Request.BindDevice(name, driver, options), BIND_TIMEOUT);
        } catch (RemapException e) {
            if (e.category() != RemapException.Category.EXISTS
                    || link.takeovers() == takeovers
                    || !isBound(name, driver, options)) {
                throw e;
            }
            // A manager bound it and died before it had said so; the next one was asked once more.
        }
        return new ManagedDevice(this, name, driver);
    }

    private boolean isBound(String name, String driver, String options) throws RemapException {
        return devices().stream()
                .anyMatch(device -> device.name().equals(name)
                        && device.driver().equals(driver)
                        && device.options().equals(options));
    }

    @Override
    public List<DeviceInfo> devices() throws RemapException {
        refuseIfClosed();
        return ManagedDevice.list(link, COMMAND_TIMEOUT);
    }

    @Override
    public long setDramBudget(long bytes, Duration timeout) throws RemapException {
        refuseIfClosed();
        return link.callForValue(new Request.SetBudget(bytes, timeout.toNanos()), timeout.plus(COMMAND_TIMEOUT));
    }

    /** A region for files; within a {@link ManagedRegions#change}. */
    ManagedRegion createSpan(String name, RegionSpec spec) throws RemapException {
        check(name, spec);
        refuseIfClosed();
        ManagedRegion region = ManagedRegion.create(this, name, spec, true);
        regions.add(region);
        return region;
    }

    @Override
    public FileRegion openFile(Path file, MapMode mode, FileSpec spec) throws RemapException {
        refuseIfClosed();
        return files.open(file, mode, spec);
    }

    @Override
    public MemorySegment map(Path file, MapMode mode, long offset, long size, Arena arena) throws RemapException {
        refuseIfClosed();
        return files.map(file, mode, offset, size, arena);
    }

    private void check(String name, RegionSpec spec) throws RemapException {
        RegionChecks.name(name);
        RegionChecks.spec(spec);
        if (spec.survives() != Survives.NOTHING || !spec.sharedWith().isEmpty()) {
            refuseWithoutBroker();
        }
        if (spec.onFailure() == FailurePolicy.POISON && !faultfd.poison()) {
            throw new RemapException(
                    RemapException.Category.UNSUPPORTED,
                    "FailurePolicy.POISON on Linux " + System.getProperty("os.version"),
                    "It needs Linux 6.6; choose WAIT or ABORT_PROCESS.");
        }
    }

    @Override
    public Optional<Range> rangeOf(MemorySegment slice) {
        Optional<Range> here = regions.rangeOf(slice).flatMap(files::within);
        return here.isPresent() || shared == null ? here : shared.rangeOf(slice);
    }

    @Override
    public List<Region> regions() {
        List<Region> all = new ArrayList<>(files.replaceSpans(regions.all()));
        if (shared != null) {
            all.addAll(shared.all());
        }
        return all;
    }

    @Override
    public List<SlowTouch> slowTouches() {
        List<SlowTouch> all = new ArrayList<>(SlowTouches.read(counters, regions.all(), files));
        if (shared != null) {
            all.addAll(shared.slowTouches());
            all.sort(Comparator.comparing(SlowTouch::at));
        }
        return all;
    }

    @Override
    public RemapStats stats() {
        return counters.stats(budgetOrigin);
    }

    /** The manager has ended by itself: what was not in DRAM is gone, so no touch may read anything any more. */
    private void managerLost() {
        if (regions.all().isEmpty()) {
            return;
        }
        deadMan.awaitFired(DEAD_MAN_MS);
        log().log(
                        System.Logger.Level.ERROR,
                        "the manager has ended; touches of all regions end in InternalError from now on");
        for (ManagedRegion region : regions.all()) {
            region.managerLost();
        }
    }

    private void refuseIfClosed() throws RemapException {
        if (isClosed()) {
            throw new RemapException(RemapException.Category.NOT_FOUND, "this Remap is closed", "Open another.");
        }
        if (link.isLost()) {
            throw link.lost();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        List<ManagedRegion> open = regions.all();
        List<ManagedRegion> others = shared == null ? List.of() : shared.all();
        for (ManagedRegion region : open) {
            region.refusePins();
        }
        others.forEach(ManagedRegion::refusePins);
        others.forEach(ManagedRegion::close);
        files.replaceSpans(open).forEach(Region::close);
        regions.all().forEach(ManagedRegion::close);
        closed = true;
        FailureEpochs.remove(this);
        deadMan.close();
        endManager(counters.get(CountersLayout.MANAGER_PID));
        counters.close();
        slots.close();
        liveness.close();
        faultfd.close();
    }

    private void endManager(long managerPid) {
        if (!link.isLost()) {
            try {
                link.call(new Request.Bye(), BYE_TIMEOUT);
            } catch (RemapException e) {
                log().log(System.Logger.Level.DEBUG, "the manager ended before it was asked to", e);
            }
        }
        link.close();
        agent.close();
        if (own != null) {
            ManagerProcess.await(own.process(), managerPid);
            ManagerJvm.deleteScratch(own.scratch());
        }
    }

    /** Made when it is needed: the first logger of a JVM takes as long as a tenth of its start. */
    private static System.Logger log() {
        return System.getLogger(ManagedRemap.class.getName());
    }
}
