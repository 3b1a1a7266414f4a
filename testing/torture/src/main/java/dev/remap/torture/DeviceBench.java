// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Device;
import dev.remap.Region;
import dev.remap.Remap;
import dev.remap.RemapException;
import dev.remap.driver.dmirror.protocol.DeviceInfo;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** A few devices, which are unbound and bound again while others give them commands. Thread-safe. */
final class DeviceBench {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final List<String> OPTIONS =
            List.of("private,pages=512", "coherent,pages=512", "private,pages=128", "coherent,pages=128");
    private static final int POLL_MS = 5;

    private final Remap remap;
    private final List<Device> devices = new ArrayList<>();
    private final AtomicInteger rebinds = new AtomicInteger();

    DeviceBench(Remap remap) throws RemapException {
        this.remap = remap;
        for (int i = 0; i < OPTIONS.size(); i++) {
            devices.add(bind(i));
        }
    }

    private Device bind(int i) throws RemapException {
        return remap.bind("torture" + i, "dmirror", OPTIONS.get(i));
    }

    Device any(SplittableRandom random) {
        return devices.get(random.nextInt(devices.size()));
    }

    int rebinds() {
        return rebinds.get();
    }

    /** Unbinds one and binds it again; all pages must come back in time. */
    void rebind(SplittableRandom random) throws RemapException {
        int i = random.nextInt(devices.size());
        devices.get(i).unbind(PATIENCE);
        bind(i);
        rebinds.incrementAndGet();
    }

    static long command(Device device, int operation, Region region, long first, long pages, MemorySegment buffer)
            throws RemapException {
        long page = DmirrorProtocol.PAGE_BYTES;
        return device.command(operation, 0, region, first * page, pages * page, buffer, PATIENCE);
    }

    /** After the region has been closed: no frame may be in use, by anybody's books. */
    void end() throws IOException, InterruptedException {
        for (Device device : devices) {
            long began = System.nanoTime();
            DeviceInfo info = info(device);
            while (info.pagesInUse() != 0 || info.freeFrames() != info.frames() || info.mirrors() != 0) {
                if (System.nanoTime() - began > PATIENCE.toNanos()) {
                    throw new TortureFailure(device.name() + " has something in use at the end: " + info);
                }
                Thread.sleep(POLL_MS);
                info = info(device);
            }
            device.unbind(PATIENCE);
        }
        if (remap.devices().stream().anyMatch(info -> info.driver().equals("dmirror"))) {
            throw new TortureFailure("devices are left: " + remap.devices());
        }
    }

    private static DeviceInfo info(Device device) throws RemapException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(DeviceInfo.BYTES, Long.BYTES);
            device.command(DmirrorProtocol.INFO, 0, buffer, PATIENCE);
            return DeviceInfo.read(buffer);
        }
    }
}
