// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.memremap.DeviceTable;
import dev.remap.core.memremap.Memmap;
import dev.remap.core.memremap.RegisteredPagemap;
import dev.remap.core.memremap.ResourceTree;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.wire.DeviceEntry;
import dev.remap.wire.DeviceReportLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Keeps what {@code remap devices} shows up to date, in a memfd of its own. For one thread. */
final class DeviceReport implements Runnable {
    private static final System.Logger LOG = System.getLogger(DeviceReport.class.getName());
    private static final long PERIOD_MS = 500;

    private final DeviceTable devices;
    private final Memmap memmap;
    private final MemorySegment file;
    private String shown = "";

    DeviceReport(DeviceTable devices, Memmap memmap) throws IOException {
        this.devices = devices;
        this.memmap = memmap;
        long bytes = DeviceReportLayout.FILE_BYTES;
        long fd = Memfd.createFixed(DeviceReportLayout.NAME, bytes);
        long address = fd < 0 ? fd : Mmap.map(0, bytes, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, (int) fd, 0);
        if (address < 0) {
            if (fd >= 0) {
                FileIo.close((int) fd);
            }
            throw new IOException("memfd for the report of devices: " + Errno.name(address));
        }
        file = Mmap.segment(address, bytes);
    }

    @Override
    public void run() {
        try {
            while (true) {
                update();
                Thread.sleep(PERIOD_MS);
            }
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.DEBUG, "the report of devices ends");
        }
    }

    void update() {
        String now = text();
        if (!now.equals(shown)) {
            DeviceReportLayout.write(file, now);
            shown = now;
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (DeviceEntry entry : devices.entries()) {
            text.append(String.format(
                    "%-16s driver %-10s %s%s%n",
                    entry.name(),
                    entry.driver(),
                    entry.state(),
                    entry.options().isEmpty() ? "" : ", options " + entry.options()));
            entry.holders()
                    .forEach(holder -> text.append("  held by ").append(holder).append('\n'));
        }
        text.append(pagemaps()).append("page frames, as /proc/iomem\n");
        for (ResourceTree.Resource resource : memmap.resources().all()) {
            text.append("  ").append(resource).append('\n');
        }
        return text.toString();
    }

    private String pagemaps() {
        StringBuilder text = new StringBuilder();
        for (RegisteredPagemap pagemap : memmap.pagemaps()) {
            if (text.isEmpty()) {
                text.append(String.format(
                        "%-16s %-9s %12s %12s %11s  %s%n", "pagemap of", "type", "frames", "in use", "references", ""));
            }
            text.append(String.format(
                    "  %-14s %-9s %12d %12d %11d  %s%n",
                    pagemap.device().name(),
                    pagemap.description().type(),
                    pagemap.pages(),
                    pagemap.pagesInUse(),
                    pagemap.references(),
                    pagemap.isLive() ? "live" : "killed"));
        }
        return text.toString();
    }
}
