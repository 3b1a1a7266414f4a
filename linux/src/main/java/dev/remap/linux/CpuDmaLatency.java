// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/** PM QoS: {@code /dev/cpu_dma_latency} keeps idle CPUs from sleeping deeper than a wake-up latency, Linux 2.6.25. */
public final class CpuDmaLatency {

    private CpuDmaLatency() {}

    /**
     * A descriptor that holds the limit while it is open, for the whole machine, or -errno: -EACCES unless root or the device's
     * mode allows it. 0 microseconds: idle CPUs poll, and burn power.
     */
    public static long acquire(int microseconds) {
        long fd = FileIo.open("/dev/cpu_dma_latency", FileIo.O_RDWR | FileIo.O_CLOEXEC, 0);
        if (fd < 0) {
            return fd;
        }
        long value = Scratch.current().address;
        Native.putInt(value, microseconds);
        long written = FileIo.write((int) fd, value, Integer.BYTES);
        if (written < 0) {
            FileIo.close((int) fd);
            return written;
        }
        return fd;
    }
}
