// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.hmm.ExclusiveFrames;
import dev.remap.core.hmm.Hmm;
import dev.remap.core.memremap.BoundDevice;
import dev.remap.core.memremap.DeviceTable;
import dev.remap.core.memremap.DeviceTable.DeviceStateException;
import dev.remap.core.memremap.KeptPagemap;
import dev.remap.core.memremap.Memmap;
import dev.remap.core.migrate.CommandException;
import dev.remap.core.module.TaintLedger;
import dev.remap.driver.Driver;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Keepsakes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/** The devices of this manager: bound as it starts, on demand, and again after a takeover. Thread-safe. */
final class Devices {
    private static final System.Logger LOG = System.getLogger(Devices.class.getName());
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    private final Keepsakes keepsakes;
    private final DeviceTable table;
    private final Hmm hmm;
    private final Memmap memmap;
    private final Drivers drivers;

    /** With the drivers that are {@link #installed}. */
    Devices(Memmap memmap, Hmm hmm, Keepsakes keepsakes, TaintLedger taints) {
        this(memmap, hmm, keepsakes, taints, installed());
    }

    /** With these drivers, and that of exclusive frames. */
    Devices(Memmap memmap, Hmm hmm, Keepsakes keepsakes, TaintLedger taints, Collection<? extends Driver> drivers) {
        this.keepsakes = keepsakes;
        this.hmm = hmm;
        this.memmap = memmap;
        List<Driver> own = new ArrayList<>(List.of(hmm.exclusive()));
        own.addAll(drivers);
        table = new DeviceTable(own, memmap, name -> new KeptDevice(keepsakes, name));
        hmm.onFirstExclusive(this::bindExclusive);
        this.drivers = new Drivers(table, taints, keepsakes);
    }

    /** The drivers that are part of the manager's program. */
    static List<Driver> installed() {
        List<Driver> drivers = new ArrayList<>();
        ServiceLoader.load(Driver.class).forEach(drivers::add);
        return drivers;
    }

    /** A record of taints whose letters also stand in the counters, where a manager after this one finds them. */
    static TaintLedger taintsIn(MemorySegment counters) {
        TaintLedger taints = new TaintLedger(
                Clock.systemUTC(), mask -> counters.set(ValueLayout.JAVA_LONG, CountersLayout.TAINTS, mask));
        taints.inherit(counters.get(ValueLayout.JAVA_LONG, CountersLayout.TAINTS));
        return taints;
    }

    /** Those that are no part of the manager's program. */
    Drivers drivers() {
        return drivers;
    }

    DeviceTable table() {
        return table;
    }

    Hmm hmm() {
        return hmm;
    }

    /** Binds the devices that every manager has. Before a region is opened. */
    void start() {
        table.bindAll();
    }

    /** Its frames are not to be given to others; copies below are wanted where it is not bound again, or has lost what it had. */
    private void remember(KeptDevice device) {
        try {
            int index = 0;
            for (KeptPagemap kept = device.kept(0); kept != null; kept = device.kept(++index)) {
                memmap.remember(device.name(), kept);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "what device " + device.name() + " had is lost", e);
        }
    }

    private void bindExclusive() {
        try {
            bind(ExclusiveFrames.DEVICE, hmm.exclusive().name(), "");
        } catch (CommandException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Binds a device. Blocks for the driver. */
    void bind(String name, String driver, String options) throws CommandException, IOException {
        if (!NAME.matcher(name).matches() || options.indexOf('\0') >= 0) {
            throw new CommandException(
                    ErrorCode.INVALID,
                    "device name \"" + name + "\", options \"" + options + "\"",
                    "A name has 1 to 64 lower case letters, digits and dashes.");
        }
        try {
            BoundDevice device = table.bind(name, driver, options);
            LOG.log(System.Logger.Level.DEBUG, "device {0} is bound to driver {1}", device.name(), driver);
        } catch (DeviceStateException e) {
            throw refusal(e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ErrorCode.INVALID, "device " + name + ": " + e.getMessage(), "");
        } catch (IOException e) {
            throw new CommandException(ErrorCode.IO, "device " + name + ": " + e.getMessage(), "");
        } catch (RuntimeException | LinkageError e) {
            LOG.log(System.Logger.Level.ERROR, "driver " + driver + " failed to bind " + name, e);
            throw new CommandException(ErrorCode.IO, "driver " + driver + " threw " + e, "See the manager's log.");
        }
    }

    private static CommandException refusal(DeviceStateException e) {
        ErrorCode code = switch (e.why()) {
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case EXISTS -> ErrorCode.EXISTS;
            case IN_USE -> ErrorCode.INVALID;
            case DEADLINE -> ErrorCode.DEADLINE;
        };
        return new CommandException(code, String.valueOf(e.getMessage()), "");
    }

    /** Unbinds a device. Blocks up to the time-out, and a little longer to fail what is left. */
    void unbind(String name, long timeoutNs) throws CommandException {
        try {
            table.unbind(name, timeoutNs);
        } catch (DeviceStateException e) {
            throw refusal(e);
        }
    }

    /** Binds what a dead manager had bound. A device that its driver does not take again is gone, and its pages with it. */
    void rebind() {
        start();
        List<KeptDevice.Binding> left = KeptDevice.left(keepsakes);
        left.forEach(binding -> remember(new KeptDevice(keepsakes, binding.name())));
        for (KeptDevice.Binding binding : left) {
            try {
                table.bind(binding.name(), binding.driver(), binding.options());
            } catch (DeviceStateException | IOException | RuntimeException | LinkageError e) {
                LOG.log(System.Logger.Level.ERROR, "device " + binding.name() + " could not be taken over", e);
            }
        }
        memmap.rebound();
    }
}
