// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.FileIo;
import dev.remap.wire.DeviceEntry;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A device of a manager's. The bytes of a command travel in a slot of the transfer buffer. */
record ManagedDevice(ManagedRemap owner, String name, String driver) implements Device {
    /** What the manager's own deadline gets on top, so that its answer, which says more, comes first. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** All devices of a manager. */
    static List<DeviceInfo> list(ManagerLink link, Duration timeout) throws RemapException {
        List<DeviceInfo> all = new ArrayList<>();
        String after = "";
        while (true) {
            Received<Reply> answer = link.call(new Request.ListDevices(after), timeout);
            if (!(answer.message() instanceof Reply.DeviceList list)) {
                throw unexpected(answer);
            }
            if (list.entries().isEmpty()) {
                return all;
            }
            for (DeviceEntry entry : list.entries()) {
                all.add(info(entry));
                after = entry.name();
            }
        }
    }

    private static DeviceInfo info(DeviceEntry entry) {
        return new DeviceInfo(
                entry.name(),
                entry.driver(),
                entry.options(),
                entry.state(),
                entry.pages(),
                entry.pagesInUse(),
                entry.holders());
    }

    private static RemapException unexpected(Received<Reply> answer) {
        IntStream.of(answer.fds()).forEach(FileIo::close);
        return new RemapException(RemapException.Category.INCOMPATIBLE, "unexpected answer " + answer, "");
    }

    @Override
    public long command(int operation, long argument, MemorySegment buffer, Duration timeout) throws RemapException {
        return run(operation, argument, Request.CommandDevice.NO_REGION, 0, 0, buffer, timeout);
    }

    @Override
    public long command(
            int operation,
            long argument,
            Region region,
            long offset,
            long length,
            MemorySegment buffer,
            Duration timeout)
            throws RemapException {
        RegionChecks.wholePages(offset, length);
        if (!(region instanceof Addressed addressed) || addressed.remap() != owner) {
            throw new IllegalArgumentException("region " + region.name() + " is not of the manager that has " + name);
        }
        long at = addressed.regionOffset(offset, length);
        return run(operation, argument, addressed.regionId(), at, length, buffer, timeout);
    }

    private long run(
            int operation, long argument, int region, long offset, long length, MemorySegment buffer, Duration timeout)
            throws RemapException {
        if (buffer.byteSize() > MAX_COMMAND_BYTES) {
            throw new IllegalArgumentException(
                    buffer.byteSize() + " bytes with a command, which can have " + MAX_COMMAND_BYTES);
        }
        TransferSlots slots = owner.transferSlots();
        int slot = slots.take();
        MemorySegment shared = slots.memory(slot).asSlice(0, buffer.byteSize());
        shared.copyFrom(buffer);
        CompletableFuture<Received<Reply>> answer = owner.link()
                .submit(new Request.CommandDevice(
                        name,
                        operation,
                        argument,
                        region,
                        offset,
                        length,
                        slots.offset(slot),
                        buffer.byteSize(),
                        timeout.toNanos()));
        boolean answered = false;
        try {
            Received<Reply> received = owner.link().await(answer, timeout.plus(GRACE));
            answered = true;
            if (!(received.message() instanceof Reply.Done done)) {
                throw unexpected(received);
            }
            if (!buffer.isReadOnly()) {
                buffer.copyFrom(shared);
            }
            return done.value();
        } finally {
            giveBack(slots, slot, answer, answered);
        }
    }

    /** A slot that the manager may still write to is not given to others. */
    private static void giveBack(
            TransferSlots slots, int slot, CompletableFuture<Received<Reply>> answer, boolean answered) {
        if (answered) {
            slots.giveBack(slot);
        } else {
            var _ = answer.whenComplete((_, _) -> slots.giveBack(slot));
        }
    }

    @Override
    public void unbind(Duration timeout) throws RemapException {
        try {
            owner.link().callForValue(new Request.UnbindDevice(name, timeout.toNanos()), timeout.plus(GRACE));
        } catch (RemapException e) {
            if (e.category() != RemapException.Category.NOT_FOUND) {
                throw e; // otherwise it has been unbound
            }
        }
    }
}
