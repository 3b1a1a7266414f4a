// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.memremap.BoundDevice;
import dev.remap.core.migrate.CommandException;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.DeviceCommand;
import dev.remap.driver.DeviceCommands;
import dev.remap.driver.DeviceException;
import dev.remap.driver.mm.Vma;
import dev.remap.linux.Mmap;
import dev.remap.wire.DeviceAccessCode;
import dev.remap.wire.DeviceEntry;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests about devices. Thread-safe. */
final class DeviceRequests {
    private static final System.Logger LOG = System.getLogger(DeviceRequests.class.getName());
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final int MOST_BUFFER_BYTES = 256 << 10;

    private final Devices devices;
    private final FileRequests files;
    private final TransferBuffer transfer;

    DeviceRequests(Devices devices, FileRequests files, TransferBuffer transfer) {
        this.devices = devices;
        this.files = files;
        this.transfer = transfer;
    }

    /** Lists devices, from behind a name on. */
    Reply list(Request.ListDevices request) {
        List<DeviceEntry> entries = devices.table().entries().stream()
                .filter(entry -> entry.name().compareTo(request.after()) > 0)
                .toList();
        return Reply.DeviceList.firstOf(entries);
    }

    /** Sets what devices may do to pages. */
    Reply protect(Request.Protect request) throws CommandException {
        if (request.access() < DeviceAccessCode.READ_WRITE || request.access() > DeviceAccessCode.NONE) {
            throw new CommandException(ErrorCode.INVALID, "no access has code " + request.access(), "");
        }
        PagedRegion region = files.region(request.region(), request.offset(), request.length());
        checkPages(request.offset(), request.length());
        if (!devices.hmm().protect(region, request.offset() / PAGE, request.length() / PAGE, request.access())) {
            throw new CommandException(
                    ErrorCode.QUOTA,
                    "region " + region.config().name() + " has too many ranges with different rights of devices",
                    "Protect larger ranges.");
        }
        files.keepDeviceAccess(region);
        return new Reply.Done(request.length() / PAGE);
    }

    private static void checkPages(long offset, long length) throws CommandException {
        if (offset % PAGE != 0 || length % PAGE != 0) {
            throw new CommandException(
                    ErrorCode.INVALID, "offset " + offset + ", length " + length + ": no whole pages", "");
        }
    }

    /** How a command ends. */
    interface Answer {
        Reply get() throws CommandException;
    }

    /** Who is told, on another thread, when a command has ended. */
    interface Caller {
        void answer(Answer answer);
    }

    /** Hands a command to its device. */
    void command(Request.CommandDevice request, Caller caller) throws CommandException {
        BoundDevice device = devices.table().get(request.name());
        if (device == null) {
            throw new CommandException(
                    ErrorCode.NOT_FOUND, "no device " + request.name() + " is bound", "Remap.devices lists them.");
        }
        DeviceCommands commands = device.commands();
        if (commands == null) {
            throw new CommandException(ErrorCode.UNSUPPORTED, "device " + request.name() + " takes no commands", "");
        }
        checkPages(request.offset(), request.length());
        if (request.bufferLength() < 0 || request.bufferLength() > MOST_BUFFER_BYTES) {
            throw new CommandException(
                    ErrorCode.INVALID, request.bufferLength() + " bytes with a command to a device", "");
        }
        MemorySegment buffer =
                Mmap.segment(transfer.address(request.bufferOffset(), request.bufferLength()), request.bufferLength());
        PagedRegion region = region(request);
        long startNs = System.nanoTime();
        boolean taken =
                device.execute(() -> caller.answer(() -> run(device, commands, region, request, buffer, startNs)));
        if (!taken) {
            throw new CommandException(
                    ErrorCode.QUOTA, "too many commands wait for device " + request.name(), "Try again.");
        }
    }

    private @Nullable PagedRegion region(Request.CommandDevice request) throws CommandException {
        return request.region() == Request.CommandDevice.NO_REGION
                ? null
                : files.region(request.region(), request.offset(), request.length());
    }

    private Reply run(
            BoundDevice device,
            DeviceCommands commands,
            @Nullable PagedRegion region,
            Request.CommandDevice request,
            MemorySegment buffer,
            long startNs)
            throws CommandException {
        if (device.isGivenUp() || !device.isBound()) {
            throw new CommandException(
                    ErrorCode.NOT_FOUND, "device " + device.name() + " is not in use any more", "Bind it again.");
        }
        Vma vma = region == null ? null : devices.hmm().vma(device, region);
        try {
            return new Reply.Done(commands.command(new Command(request, vma, buffer, startNs)));
        } catch (DeviceException e) {
            throw new CommandException(code(e.why()), device.name() + ": " + e.getMessage(), "");
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOG.log(System.Logger.Level.ERROR, "a command to device " + device.name() + " failed", e);
            throw new CommandException(
                    ErrorCode.IO, "driver " + device.driver().name() + " threw " + e, "See the manager's log.");
        }
    }

    private static ErrorCode code(DeviceException.Cause cause) {
        return switch (cause) {
            case INVALID, FAULT -> ErrorCode.INVALID;
            case PERMISSION -> ErrorCode.PERMISSION;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case NO_MEMORY -> ErrorCode.CAPACITY;
            case BUSY -> ErrorCode.DEADLINE;
            case IO -> ErrorCode.IO;
        };
    }

    private record Command(
            Request.CommandDevice request, @Nullable Vma vma, MemorySegment buffer, long startNs)
            implements DeviceCommand {
        @Override
        public int operation() {
            return request.operation();
        }

        @Override
        public long argument() {
            return request.argument();
        }

        @Override
        public long firstPage() {
            return request.offset() / PAGE;
        }

        @Override
        public long pages() {
            return request.length() / PAGE;
        }

        @Override
        public long remainingNs() {
            return request.timeoutNs() - (System.nanoTime() - startNs);
        }
    }
}
