// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.RangeCommands;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.driver.BackingFiles;
import dev.remap.linux.FileIo;
import dev.remap.wire.AdviceCode;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;

/** Requests about existing files: attached to a range of a region of files, and detached. Thread-safe. */
final class FileRequests {
    private static final System.Logger LOG = System.getLogger(FileRequests.class.getName());
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final int DESCRIPTORS_KEPT = 64;

    private final RegionTable regions;
    private final RegionFactory factory;
    private final Runnable awaitFaults;
    private final Keepsakes keepsakes;

    FileRequests(RegionTable regions, RegionFactory factory, Runnable awaitFaults, Keepsakes keepsakes) {
        this.regions = regions;
        this.factory = factory;
        this.awaitFaults = awaitFaults;
        this.keepsakes = keepsakes;
    }

    /** Attaches a file. Its descriptor is closed wherever that fails. */
    Reply open(Request.OpenFile open, int[] fds) throws CommandException, IOException {
        int fd = descriptor("OpenFile", fds);
        PagedRegion region = regionOfFilesOr(fd, open);
        String key = RegionFactory.fileKey(region.id(), open.offset());
        if (keepsakes.get(key) != null) {
            FileIo.close(fd); // asked for once more, after a takeover
            return new Reply.Done(0);
        }
        countFile(fd);
        KeptFile file = KeptFile.of(open, fd);
        keep(file, key);
        try {
            file.attach(region);
        } catch (IOException | RuntimeException e) {
            factory.fileClosed();
            keepsakes.drop(key);
            throw e;
        }
        return new Reply.Done(0);
    }

    private void countFile(int fd) throws CommandException {
        try {
            factory.fileOpened();
        } catch (CommandException e) {
            FileIo.close(fd);
            throw e;
        }
    }

    private void keep(KeptFile file, String key) throws IOException {
        try {
            file.keep(keepsakes, key);
        } catch (IOException e) {
            factory.fileClosed();
            FileIo.close(file.fd());
            throw e;
        }
    }

    /** The region that a file is to be attached to; if it is not one of files, the descriptor is closed. */
    private PagedRegion regionOfFilesOr(int fd, Request.OpenFile open) throws CommandException {
        try {
            PagedRegion region = region(open.region(), open.offset(), open.bytes());
            files(region);
            return region;
        } catch (CommandException e) {
            FileIo.close(fd);
            throw e;
        }
    }

    /**
     * Writes what was changed; what cannot be written is lost, and the answer says so. Other commands, hints above all, may still be
     * about the file: from the start of its detaching they bring in no page, and {@code forget} waits for those they have locked before.
     */
    long close(RangeCommands commands, PagedRegion region, long first, long pages) throws CommandException {
        files(region).startDetaching(first);
        try {
            return region.writesToFiles() ? commands.writeChanged(region, first, pages) : 0;
        } finally {
            awaitFaults.run();
            commands.forget(region, first, pages);
            keepsakes.drop(RegionFactory.fileKey(region.id(), first * PAGE));
            files(region).detach(first);
            factory.fileClosed();
            region.advice().set(first, pages, AdviceCode.NORMAL);
            keepAdvice(region);
        }
    }

    /** Whether somebody else has changed a file. */
    Reply state(Request.FileState state) throws CommandException {
        PagedRegion region = region(state.region(), state.offset(), 1);
        return new Reply.Done(files(region).isStale(state.offset() / PAGE) ? 1 : 0);
    }

    /** Advice is a hint: nothing is wrong if the next manager does not know it. */
    void keepAdvice(PagedRegion region) {
        try {
            factory.keepAdvice(region);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the standby does not know what was advised", e);
        }
    }

    /** Keeps what devices may do to a region; without it, a manager that takes over lets them do everything. */
    void keepDeviceAccess(PagedRegion region) throws CommandException {
        try {
            factory.keepDeviceAccess(region);
        } catch (IOException e) {
            throw new CommandException(ErrorCode.QUOTA, String.valueOf(e.getMessage()), "");
        }
    }

    /** The one descriptor of a request. The last few that this process may have are kept back for its own needs. */
    static int descriptor(String request, int[] fds) throws CommandException {
        long limit = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getMaxFileDescriptorCount();
        if (fds.length == 1 && fds[0] < limit - DESCRIPTORS_KEPT) {
            return fds[0];
        }
        IntStream.of(fds).forEach(FileIo::close);
        if (fds.length > 1) {
            throw new CommandException(ErrorCode.INVALID, request + " needs one descriptor, got " + fds.length, "");
        }
        throw new CommandException(
                ErrorCode.QUOTA,
                request + ": the manager may have " + limit + " open files, and has them",
                "Close files or regions, or raise the limit (ulimit -n) of the application, which the manager inherits.");
    }

    private static BackingFiles files(PagedRegion region) throws CommandException {
        BackingFiles files = region.files();
        if (files == null) {
            throw new CommandException(
                    ErrorCode.INVALID, "region " + region.config().name() + " is not one of files", "");
        }
        return files;
    }

    /** The region of a number, which the range must lie in. */
    PagedRegion region(int id, long offset, long length) throws CommandException {
        PagedRegion region = regions.get(id);
        if (region == null) {
            throw new CommandException(ErrorCode.NOT_FOUND, "no region has number " + id, "It was closed.");
        }
        if (offset < 0 || length < 0 || offset > region.config().sizeBytes() - length) {
            throw new CommandException(
                    ErrorCode.INVALID,
                    "range " + offset + " + " + length + " is outside region "
                            + region.config().name() + " of " + region.config().sizeBytes() + " bytes",
                    "");
        }
        return region;
    }
}
