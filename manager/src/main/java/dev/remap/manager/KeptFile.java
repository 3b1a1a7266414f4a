// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.page.PagedRegion;
import dev.remap.driver.BackingFiles;
import dev.remap.linux.FileStat;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.Request;
import dev.remap.wire.RequestCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * An open file as the next manager will find it: how it was opened, and its modification time then. One that this manager never writes must
 * have the same time after a takeover; of one that it writes only the size can tell whether somebody else has changed it meanwhile.
 */
record KeptFile(Request.OpenFile open, int fd, long modifiedSeconds, int modifiedNanos) {
    private static final int TIME_BYTES = Long.BYTES + Integer.BYTES;

    static KeptFile of(Request.OpenFile open, int fd) {
        FileStat stat = new FileStat();
        stat.read(fd);
        return new KeptFile(open, fd, stat.mtimeSeconds(), stat.mtimeNanos());
    }

    static KeptFile from(Keepsakes.Kept kept) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(kept.value());
        long seconds = bytes.getLong();
        int nanos = bytes.getInt();
        byte[] open = new byte[bytes.remaining()];
        bytes.get(open);
        if (!(RequestCodec.fromBytes(open) instanceof Request.OpenFile request)) {
            throw new IOException("what is kept of a file is not how it was opened");
        }
        return new KeptFile(request, kept.fds()[0], seconds, nanos);
    }

    void keep(Keepsakes keepsakes, String key) throws IOException {
        if (!keepsakes.keeps()) {
            return;
        }
        byte[] request = RequestCodec.toBytes(open);
        ByteBuffer bytes = ByteBuffer.allocate(TIME_BYTES + request.length);
        bytes.putLong(modifiedSeconds).putInt(modifiedNanos).put(request);
        keepsakes.keep(key, bytes.array(), fd);
    }

    /** Attaches the file, whose descriptor is taken over. */
    void attach(PagedRegion region) throws IOException {
        files(region).attach(page(), open.fileOffset(), open.bytes(), fd, mode(), open.direct());
    }

    /** Attaches a duplicate of the file as the dead manager has left it. */
    void adopt(PagedRegion region) throws IOException {
        FileStat stat = new FileStat();
        stat.read(fd);
        boolean sameTime = stat.mtimeSeconds() == modifiedSeconds && stat.mtimeNanos() == modifiedNanos;
        files(region)
                .adopt(
                        page(),
                        open.fileOffset(),
                        open.bytes(),
                        Inheritance.duplicate(fd),
                        mode(),
                        open.direct(),
                        !open.writable() && !sameTime);
    }

    private static BackingFiles files(PagedRegion region) {
        return Objects.requireNonNull(region.files());
    }

    private long page() {
        return open.offset() / PagedRegion.PAGE_SIZE;
    }

    private BackingFiles.Mode mode() {
        return open.writable() ? BackingFiles.Mode.READ_WRITE : BackingFiles.Mode.READ_ONLY;
    }
}
