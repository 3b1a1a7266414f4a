// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.DeviceCommand;
import dev.remap.driver.DeviceException;
import dev.remap.driver.dmirror.protocol.DeviceInfo;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.mm.Vma;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A bound device with one region, and a buffer for commands. */
final class Fixture implements AutoCloseable {
    final FakeDevice device;
    final FakeRegion region;
    final MemorySegment buffer;
    private final Arena arena = Arena.ofShared();

    Fixture(String options) {
        this(options, new HashMap<>());
    }

    Fixture(String options, Map<String, Integer> kept, long... adopted) {
        device = new FakeDevice(options, kept);
        device.adopted = adopted;
        region = new FakeRegion(device);
        buffer = arena.allocate(DmirrorProtocol.MAX_PAGES * (long) FakeDevice.PAGE, 8);
        try {
            new DmirrorDriver().probe(device);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    long command(int operation, long argument) throws DeviceException {
        return command(operation, argument, 0, 0);
    }

    long command(int operation, long argument, long first, long pages) throws DeviceException {
        return Objects.requireNonNull(device.commands)
                .command(new Command(operation, argument, pages == 0 ? null : region, first, pages, buffer));
    }

    DeviceInfo info() throws DeviceException {
        command(DmirrorProtocol.INFO, 0);
        return DeviceInfo.read(buffer);
    }

    /** Fills pages as the CPU does: each with its number and {@code salt}. */
    void fill(int first, int pages, int salt) {
        for (int page = first; page < first + pages; page++) {
            Arrays.fill(region.touch(page), (byte) (page + salt));
        }
    }

    byte bufferByte(int page) {
        return buffer.get(ValueLayout.JAVA_BYTE, (long) page * FakeDevice.PAGE + 7);
    }

    @Override
    public void close() {
        device.close();
        arena.close();
    }

    private record Command(
            int operation, long argument, @Nullable Vma vma, long firstPage, long pages, MemorySegment buffer)
            implements DeviceCommand {
        @Override
        public long remainingNs() {
            return 1_000_000_000;
        }
    }
}
