// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.RangeCommands;
import dev.remap.core.page.PagedRegion;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;

/**
 * Copies pages into the buffer that the application shares. A read of few pages that wait for no disk is made by the thread that reads
 * requests, when nothing else is asked for: to hand it to another thread would cost more than the read.
 */
final class ReadRequests {
    private static final System.Logger LOG = System.getLogger(ReadRequests.class.getName());

    private final FileRequests files;
    private final TransferBuffer transfer;
    /** Of the thread that reads requests. */
    private final RangeCommands own;

    ReadRequests(FileRequests files, TransferBuffer transfer, RangeCommands own) {
        this.files = files;
        this.transfer = transfer;
        this.own = own;
    }

    /**
     * Reads at once if that takes microseconds. For the thread that reads requests.
     *
     * @param mapper whose read it is
     * @return false if it would take longer, or fails: then {@link #read} does as well, and tells why
     */
    boolean tryRead(Request.Read read, int mapper) {
        try {
            PagedRegion region = region(read);
            long target = transfer.address(read.bufferOffset(), bytes(read));
            own.turnTo(mapper);
            return RequestDispatcher.use(
                            region, () -> own.tryRead(region, read.offsets(), read.lengthEach(), target) ? 1 : 0)
                    > 0;
        } catch (CommandException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "a read cannot be made at once", e);
            return false;
        }
    }

    /** Reads, and waits for what that takes. */
    Reply read(Request.Read read, RangeCommands commands) throws CommandException {
        PagedRegion region = region(read);
        long bytes = bytes(read);
        long target = transfer.address(read.bufferOffset(), bytes);
        return new Reply.Done(RequestDispatcher.use(region, () -> {
            commands.read(region, read.offsets(), read.lengthEach(), target, read.timeoutNs());
            return bytes;
        }));
    }

    private PagedRegion region(Request.Read read) throws CommandException {
        for (long offset : read.offsets()) {
            files.region(read.region(), offset, read.lengthEach());
        }
        return files.region(read.region(), 0, 0);
    }

    static long bytes(Request.Read read) {
        return Math.multiplyExact((long) read.offsets().length, read.lengthEach());
    }
}
