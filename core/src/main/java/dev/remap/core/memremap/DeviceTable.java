// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.core.page.PagedRegion;
import dev.remap.driver.BackingFilesOps;
import dev.remap.driver.Driver;
import dev.remap.driver.TierOps;
import dev.remap.wire.DeviceEntry;
import dev.remap.wire.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The devices of a manager and their lifetime: binding, links, unbinding. Thread-safe; a device is bound and unbound by one thread, which
 * holds no lock while the driver is called.
 *
 * <p>Unbinding: consumers first; no command and no new page from then on; pages come back to DRAM, up to the deadline; what is left fails;
 * {@link Driver#remove}; then what the device has registered and acquired is undone, last first.
 */
public final class DeviceTable {
    private static final System.Logger LOG = System.getLogger(DeviceTable.class.getName());
    private static final int MOST_DEVICES = 256;
    private static final long STEP_NS = 200_000;
    /** For frames to come back to their driver once no page is in them. */
    private static final long DRAIN_NS = 5_000_000_000L;

    private final ConcurrentSkipListMap<String, Driver> drivers = new ConcurrentSkipListMap<>();
    private final TreeMap<String, BoundDevice> devices = new TreeMap<>();
    private final Memmap memmap;
    private final Function<String, DeviceKeepsakes> keepsakes;

    /**
     * Without devices.
     *
     * @param keepsakes for a device's name what of it outlives the manager
     */
    public DeviceTable(
            Collection<? extends Driver> drivers, Memmap memmap, Function<String, DeviceKeepsakes> keepsakes) {
        drivers.forEach(driver -> this.drivers.put(driver.name(), driver));
        this.memmap = memmap;
        this.keepsakes = keepsakes;
    }

    /** Makes a driver known, bound to nothing; false if there is one of its name. */
    public boolean add(Driver driver) {
        return drivers.putIfAbsent(driver.name(), driver) == null;
    }

    /** Forgets a driver, whose devices are unbound by now. */
    public void drop(Driver driver) {
        drivers.remove(driver.name(), driver);
    }

    /** Binds each driver to the devices that it names itself. One that cannot be bound is logged, and missing. */
    public void bindAll() {
        drivers.values().forEach(this::bindAll);
    }

    /** Binds one driver to the devices that it names itself and that are not bound. */
    public void bindAll(Driver driver) {
        for (String name : driver.devices()) {
            try {
                bind(name, driver.name(), "", false);
            } catch (DeviceStateException | IOException | RuntimeException | LinkageError e) {
                LOG.log(System.Logger.Level.ERROR, "device " + name + " is missing", e);
            }
        }
    }

    /** Why a device is not bound or unbound. */
    public static final class DeviceStateException extends Exception {
        private static final long serialVersionUID = 1L;

        /** What was wrong. */
        public enum Why {
            /** No such driver or device. */
            NOT_FOUND,
            /** The name is taken. */
            EXISTS,
            /** Regions use tiers of it. */
            IN_USE,
            /** Time was up; what was left has been failed. */
            DEADLINE
        }

        private final Why why;

        private DeviceStateException(Why why, String what) {
            super(what);
            this.why = why;
        }

        /** What was wrong. */
        public Why why() {
            return why;
        }
    }

    /** Binds a driver to a device, which is kept for the next manager. Blocks for the driver. */
    public BoundDevice bind(String name, String driverName, String options) throws DeviceStateException, IOException {
        return bind(name, driverName, options, true);
    }

    private BoundDevice bind(String name, String driverName, String options, boolean isKept)
            throws DeviceStateException, IOException {
        Driver driver = drivers.get(driverName);
        if (driver == null) {
            throw new DeviceStateException(
                    DeviceStateException.Why.NOT_FOUND,
                    "no driver \"" + driverName + "\"; installed: " + String.join(", ", drivers.keySet()));
        }
        BoundDevice device = new BoundDevice(name, driver, options, this, memmap, keepsakes.apply(name));
        synchronized (this) {
            if (devices.size() >= MOST_DEVICES) {
                device.end();
                throw new DeviceStateException(
                        DeviceStateException.Why.IN_USE, "this manager has " + MOST_DEVICES + " devices: unbind some");
            }
            if (devices.putIfAbsent(name, device) != null) {
                device.end();
                throw new DeviceStateException(DeviceStateException.Why.EXISTS, "device " + name + " is bound already");
            }
        }
        boolean probed = false;
        try {
            if (isKept) {
                device.keepsakes().keepBinding(driverName, options);
            }
            driver.probe(device);
            device.state(BoundDevice.State.BOUND);
            probed = true;
            return device;
        } finally {
            if (!probed) {
                device.resources().releaseAll();
                remove(device);
            }
        }
    }

    private void remove(BoundDevice device) {
        device.end();
        device.keepsakes().drop();
        synchronized (this) {
            devices.remove(device.name());
        }
    }

    synchronized void link(BoundDevice consumer, String supplier) throws IOException {
        BoundDevice other = devices.get(supplier);
        if (other == null || !other.isBound()) {
            throw new IOException("device " + consumer.name() + " needs device " + supplier + ", which is not bound");
        }
        if (reaches(other, consumer.name())) {
            throw new IOException("device " + supplier + " depends on " + consumer.name() + " already");
        }
        consumer.suppliers().add(supplier);
    }

    private boolean reaches(BoundDevice from, String name) {
        return from.name().equals(name)
                || from.suppliers().stream().map(devices::get).anyMatch(next -> next != null && reaches(next, name));
    }

    /**
     * Unbinds a device, and before it those that depend on it. Blocks up to the time-out, and a little longer to fail what is left.
     *
     * @throws DeviceStateException NOT_FOUND; DEADLINE after it has been unbound, if pages had to be failed: it names who held them
     */
    public void unbind(String name, long timeoutNs) throws DeviceStateException {
        long deadlineNs = System.nanoTime() + timeoutNs;
        BoundDevice device;
        synchronized (this) {
            device = devices.get(name);
            if (device == null || !device.isBound()) {
                throw new DeviceStateException(DeviceStateException.Why.NOT_FOUND, "no device " + name + " is bound");
            }
            refuseIfTiersAreInUse(device);
            device.state(BoundDevice.State.UNBINDING);
        }
        List<String> held = new ArrayList<>();
        for (BoundDevice consumer = consumer(name); consumer != null; consumer = consumer(name)) {
            unbindConsumer(consumer, deadlineNs, held);
        }
        held.addAll(evacuate(device, deadlineNs));
        release(device);
        if (!held.isEmpty()) {
            throw new DeviceStateException(
                    DeviceStateException.Why.DEADLINE,
                    "device " + name + " is unbound, but not all pages came back in " + timeoutNs / 1_000_000
                            + " ms, and these have failed: " + String.join("; ", held));
        }
    }

    private void refuseIfTiersAreInUse(BoundDevice device) throws DeviceStateException {
        for (PagedRegion region : memmap.regions().all()) {
            boolean uses = region.tiers().stream()
                            .anyMatch(tier -> device.tiers().stream()
                                    .anyMatch(ops -> ops.name().equals(tier.name())))
                    || (region.hasFiles() && device.files() != null);
            if (uses) {
                throw new DeviceStateException(
                        DeviceStateException.Why.IN_USE,
                        "device " + device.name() + " has pages of region "
                                + region.config().name() + ": close regions that use it first");
            }
        }
    }

    private void unbindConsumer(BoundDevice consumer, long deadlineNs, List<String> held) {
        try {
            unbind(consumer.name(), Math.max(0, deadlineNs - System.nanoTime()));
        } catch (DeviceStateException e) {
            if (e.why() == DeviceStateException.Why.DEADLINE) {
                held.add(String.valueOf(e.getMessage()));
            } else {
                LockSupport.parkNanos(STEP_NS); // somebody else is unbinding it
            }
        }
    }

    private synchronized @Nullable BoundDevice consumer(String supplier) {
        for (BoundDevice device : devices.values()) {
            if (device.suppliers().contains(supplier)) {
                return device;
            }
        }
        return null;
    }

    /** Empties a device; answers who held what had to be failed. */
    private List<String> evacuate(BoundDevice device, long deadlineNs) {
        if (!device.awaitIdle(deadlineNs)) {
            device.fault("a command is still under way while it is being unbound");
        }
        device.pagemaps().forEach(RegisteredPagemap::kill);
        List<String> held = new ArrayList<>();
        for (RegisteredPagemap pagemap : device.pagemaps()) {
            evictAll(pagemap, Math.max(0, deadlineNs - System.nanoTime()));
            if (!drain(pagemap, Math.min(deadlineNs, System.nanoTime() + DRAIN_NS))) {
                held.addAll(Holders.of(pagemap));
                failAll(pagemap);
            }
        }
        memmap.services().forget(device);
        return held;
    }

    private void evictAll(RegisteredPagemap pagemap, long timeoutNs) {
        pagemap.ranges().forEach(range -> memmap.services().evict(pagemap, range.first(), range.pages(), timeoutNs));
    }

    /** Fails what is in the pagemap's frames, until none is in use. */
    private void failAll(RegisteredPagemap pagemap) {
        long deadlineNs = System.nanoTime() + DRAIN_NS;
        do {
            pagemap.ranges()
                    .forEach(range -> memmap.services()
                            .fail(
                                    pagemap,
                                    range.first(),
                                    range.pages(),
                                    ErrorCode.DEVICE_LOST,
                                    "its device has been unbound"));
        } while (!drain(pagemap, System.nanoTime() + STEP_NS) && System.nanoTime() - deadlineNs < 0);
    }

    private boolean drain(RegisteredPagemap pagemap, long deadlineNs) {
        while (!pagemap.hasDrained()) {
            if (System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            memmap.services().hurry();
            LockSupport.parkNanos(STEP_NS);
        }
        return true;
    }

    private void release(BoundDevice device) {
        device.awaitFreed(System.nanoTime() + DRAIN_NS);
        try {
            device.driver().remove(device);
        } catch (RuntimeException | Error e) {
            device.fault("remove threw " + e);
        }
        device.resources().releaseAll();
        remove(device);
    }

    /** A device gives a pagemap up, by unbinding or since its probe has failed. */
    void unregister(RegisteredPagemap pagemap) {
        pagemap.kill();
        if (!pagemap.hasDrained()) {
            failAll(pagemap);
        }
        if (!pagemap.hasDrained()) {
            throw new IllegalStateException("frames are in use still: " + Holders.of(pagemap));
        }
        memmap.unregister(pagemap);
        pagemap.device().forget(pagemap);
    }

    /** The device of a name, if it is bound; else null. */
    public synchronized @Nullable BoundDevice get(String name) {
        BoundDevice device = devices.get(name);
        return device != null && device.isBound() ? device : null;
    }

    /** All devices, by name. */
    public synchronized List<BoundDevice> all() {
        return new ArrayList<>(devices.values());
    }

    /** What offers tiers of a name; null if nothing does. */
    public @Nullable TierOps tiers(String name) {
        for (BoundDevice device : all()) {
            for (TierOps ops : device.tiers()) {
                if (ops.name().equals(name)) {
                    return ops;
                }
            }
        }
        return null;
    }

    /** The names of tiers that are offered. */
    public List<String> tierNames() {
        return all().stream()
                .flatMap(device -> device.tiers().stream())
                .map(TierOps::name)
                .sorted()
                .toList();
    }

    /** What offers regions over existing files; null if nothing does. */
    public @Nullable BackingFilesOps files() {
        for (BoundDevice device : all()) {
            BackingFilesOps ops = device.files();
            if (ops != null) {
                return ops;
            }
        }
        return null;
    }

    /** After a takeover, once all regions have been adopted. */
    public void adopted() {
        memmap.adopted(all());
    }

    /** What there is, for people. */
    public List<DeviceEntry> entries() {
        List<DeviceEntry> entries = new ArrayList<>();
        for (BoundDevice device : all()) {
            List<String> holders = new ArrayList<>(device.holders());
            consumersOf(device.name()).forEach(consumer -> holders.add("device " + consumer + " depends on it"));
            entries.add(new DeviceEntry(
                    device.name(),
                    device.driver().name(),
                    device.options(),
                    device.describeState(),
                    device.pagemaps().stream()
                            .mapToLong(RegisteredPagemap::pages)
                            .sum(),
                    device.pagemaps().stream()
                            .mapToLong(RegisteredPagemap::pagesInUse)
                            .sum(),
                    holders));
        }
        return entries;
    }

    private synchronized List<String> consumersOf(String supplier) {
        return devices.values().stream()
                .filter(device -> device.suppliers().contains(supplier))
                .map(BoundDevice::name)
                .toList();
    }
}
