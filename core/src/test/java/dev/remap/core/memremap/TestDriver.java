// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.driver.Device;
import dev.remap.driver.Driver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A driver that does what a test says. */
public final class TestDriver implements Driver {
    /** What binds a device. */
    public interface Probe {
        void run(Device device) throws IOException;
    }

    private final String name;
    private final Probe probe;
    final List<String> removed = new ArrayList<>();

    /** Of a name, which binds devices so. */
    public TestDriver(String name, Probe probe) {
        this.name = name;
        this.probe = probe;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void probe(Device device) throws IOException {
        probe.run(device);
    }

    @Override
    public void remove(Device device) {
        removed.add(device.name());
    }
}
