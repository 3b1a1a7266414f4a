// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import dev.remap.Device;
import dev.remap.DeviceInfo;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one test works with: a manager, devices of the driver under test, regions. When it ends, regions are closed first, and then no
 * device may have a page in use: that is part of every test.
 */
final class Lab implements AutoCloseable {
    /** Pages of most tests, as many as in Linux's. */
    static final long PAGES = 1024;

    static final long DRAM_BYTES = 64L << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int POLL_MS = 2;

    private final Variant variant;
    private final Remap shared;
    private final Arena arena = Arena.ofShared();
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private final List<DeviceClient> bound = new ArrayList<>();
    private @Nullable Remap own;
    private @Nullable DeviceClient device;
    private int names;

    /** Files share regions, which outlive them. */
    private boolean filesWereOpen;

    Lab(Variant variant, Remap shared) {
        this.variant = variant;
        this.shared = shared;
    }

    Remap remap() {
        return own == null ? shared : own;
    }

    /** From now on this test has a manager to itself. */
    Remap open(RemapConfig config) throws RemapException {
        for (DeviceClient client : bound) {
            client.device.unbind(PATIENCE);
        }
        bound.clear();
        device = null;
        own = Remap.open(config);
        return own;
    }

    /** The device under test. */
    DeviceClient device() throws RemapException {
        if (device == null) {
            device = bind("");
        }
        return device;
    }

    /** One more, with further options of dmirror's. */
    DeviceClient bind(String more) throws RemapException {
        DeviceClient made = new DeviceClient(bindRaw(nextName(), more));
        bound.add(made);
        return made;
    }

    /** Binds a device that the lab does not look after. */
    Device bindRaw(String name, String more) throws RemapException {
        if (!more.isEmpty() && !variant.driver().equals("dmirror")) {
            throw new Skip("needs the option " + more + " of dmirror");
        }
        String options = variant.options() + (variant.options().isEmpty() || more.isEmpty() ? "" : ",") + more;
        return remap().bind(name, variant.driver(), options);
    }

    String nextName() {
        return "lab" + names++;
    }

    String driver() {
        return variant.driver();
    }

    boolean isPrivate() throws RemapException {
        return device().info().kind() == dev.remap.driver.dmirror.protocol.DeviceInfo.PRIVATE;
    }

    void need(List<Integer> operations) throws RemapException {
        for (int operation : operations) {
            if (!device().info().has(operation)) {
                throw new Skip(variant.driver() + " has no operation " + operation);
            }
        }
    }

    Region region(long pages) throws RemapException {
        return region(RegionSpec.ofSize(pages * Content.PAGE));
    }

    Region region(RegionSpec spec) throws RemapException {
        return closed(remap().create("lab" + System.nanoTime(), spec));
    }

    /** A region whose pages have content. */
    Region filled(long pages, int salt) throws RemapException {
        Region region = region(pages);
        Content.fill(region.segment(), 0, pages, 0, salt);
        return region;
    }

    /** A file of so many pages with content; deleted afterwards. */
    Path file(long pages, int salt) throws IOException {
        filesWereOpen = true;
        Path path = Files.createTempFile("remap-conformance", ".data");
        closed(() -> Files.deleteIfExists(path));
        MemorySegment bytes = buffer(pages);
        Content.fill(bytes, 0, pages, 0, salt);
        return Files.write(path, bytes.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    }

    /** Memory of this process, zeros at first. */
    MemorySegment buffer(long pages) {
        return arena.allocate(pages * Content.PAGE, Content.PAGE);
    }

    /** Closes something when the test ends, last first. */
    <T extends AutoCloseable> T closed(T resource) {
        closing.push(resource);
        return resource;
    }

    /** What the manager says of a device. */
    DeviceInfo listed(DeviceClient client) throws RemapException {
        return remap().devices().stream()
                .filter(info -> info.name().equals(client.device.name()))
                .findFirst()
                .orElseThrow(() -> new Failure(client.device.name() + " is not listed"));
    }

    /** Waits for what must happen soon. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            Failure.holds("not within " + PATIENCE + ": " + what, System.nanoTime() - began < PATIENCE.toNanos());
            Thread.sleep(POLL_MS);
        }
    }

    /** Both the core and the driver must say so, soon: a frame is given back a moment after its page has gone. */
    static void awaitInUse(DeviceClient client, long pages) throws Exception {
        long began = System.nanoTime();
        var info = client.info();
        while (info.pagesInUse() != pages || info.frames() - info.freeFrames() != pages) {
            Failure.holds(
                    "expected " + pages + " pages in use, the core says " + info.pagesInUse() + ", the driver "
                            + (info.frames() - info.freeFrames()),
                    System.nanoTime() - began < PATIENCE.toNanos());
            Thread.sleep(POLL_MS);
            info = client.info();
        }
    }

    /** Ends what the test has made, in order; throws if something is left. */
    void end() throws Exception {
        while (!closing.isEmpty()) {
            closing.pop().close();
        }
        for (DeviceClient client : bound.reversed()) {
            boolean isBound = remap().devices().stream()
                    .anyMatch(info -> info.name().equals(client.device.name())
                            && info.state().startsWith("bound"));
            if (isBound) {
                awaitInUse(client, 0);
                Failure.holds(
                        client.device.name() + " watches " + client.info().mirrors() + " regions",
                        client.info().mirrors() == 0 || filesWereOpen);
            }
            client.device.unbind(PATIENCE);
        }
    }

    /** For tests that failed: unbinds whatever is there. */
    @Override
    public void close() {
        arena.close();
        if (own != null) {
            own.close();
        }
    }

    /** Whether the driver can be made to go wrong. */
    boolean injects() throws RemapException {
        return device().info().has(DmirrorProtocol.HOOK_THROWS);
    }
}
