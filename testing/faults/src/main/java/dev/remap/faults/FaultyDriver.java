// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import dev.remap.driver.BackingFilesOps;
import dev.remap.driver.DescriptorStore;
import dev.remap.driver.Device;
import dev.remap.driver.DeviceCommands;
import dev.remap.driver.Devres;
import dev.remap.driver.Driver;
import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierFacts;
import dev.remap.driver.TierOps;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.Frames;
import dev.remap.driver.mm.Pagemap;
import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;

/** An installed driver under another name, whose tiers fail as the switchboard says; facts and options are the driver's. */
abstract class FaultyDriver implements Driver {
    private final String driver;

    FaultyDriver(String driver) {
        this.driver = driver;
    }

    @Override
    public String name() {
        return "faulty" + driver;
    }

    @Override
    public List<String> devices() {
        return List.of(name() + "0");
    }

    @Override
    public void probe(Device device) throws IOException {
        driver().probe(new FaultyDevice(device));
    }

    private Driver driver() {
        return ServiceLoader.load(Driver.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(one -> one.name().equals(driver))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("driver " + driver + " is not installed"));
    }

    /** Passes on what the driver provides; of that the tiers fail. */
    private record FaultyDevice(Device device) implements Device {
        @Override
        public String name() {
            return device.name();
        }

        @Override
        public String options() {
            return device.options();
        }

        @Override
        public Devres devres() {
            return device.devres();
        }

        @Override
        public DescriptorStore descriptors() {
            return device.descriptors();
        }

        @Override
        public void dependOn(String supplier) throws IOException {
            device.dependOn(supplier);
        }

        @Override
        public void provideTiers(TierOps ops) {
            device.provideTiers(new FaultyOps(ops));
        }

        /** Not the existing files: these are what faults are told from. */
        @Override
        public void provideFiles(BackingFilesOps ops) {}

        @Override
        public void provideCommands(DeviceCommands commands) {
            device.provideCommands(commands);
        }

        @Override
        public Pagemap memremapPages(DevicePagemap pagemap) throws IOException {
            return device.memremapPages(pagemap);
        }

        @Override
        public Frames frames() {
            return device.frames();
        }
    }

    private record FaultyOps(TierOps ops) implements TierOps {
        @Override
        public String name() {
            return "faulty" + ops.name();
        }

        @Override
        public TierFacts facts() {
            return ops.facts();
        }

        @Override
        public Tier openTier(TierContext context) throws IOException {
            return new FaultyTier(ops.openTier(context), Switchboard.PROCESS);
        }
    }
}
