// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.Device;
import dev.remap.driver.Driver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Virtual devices with memory of their own, bound on demand, as many as one likes. Options, separated by commas: {@code private} (the
 * default) or {@code coherent}; {@code pages=N} (default 4096); {@code volatile}, if private memory is to end with the manager;
 * {@code latency=NS}, how long it takes to copy a page; {@code at=PFN}, its first frame; {@code broken}, if binding is to fail at its end;
 * {@code after=NAME}, a device that this one depends on. Commands are those of
 * {@link dev.remap.driver.dmirror.protocol.DmirrorProtocol}.
 */
public final class DmirrorDriver implements Driver {
    private final List<MirrorDevice> bound = new CopyOnWriteArrayList<>();
    private final Map<Device, MirrorDevice> byDevice = new ConcurrentHashMap<>();

    /** For {@link java.util.ServiceLoader}. */
    public DmirrorDriver() {}

    @Override
    public String name() {
        return "dmirror";
    }

    @Override
    public String rehearsalOptions() {
        return "private,pages=64";
    }

    @Override
    public void probe(Device device) throws IOException {
        byDevice.put(device, MirrorDevice.probe(device, bound));
    }

    @Override
    public void remove(Device device) {
        MirrorDevice removed = byDevice.remove(device);
        if (removed != null) {
            removed.stop(device.devres());
        }
    }
}
