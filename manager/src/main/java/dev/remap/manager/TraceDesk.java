// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.page.TouchTrace;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.TouchRing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records touches for an operator, who reads them from a memfd that the answer names. One recording at a time, which ends by itself: an
 * operator may die. Thread-safe.
 */
final class TraceDesk {
    private static final System.Logger LOG = System.getLogger(TraceDesk.class.getName());
    private static final int MAX_SECONDS = 24 * 60 * 60;
    private static final int ARGUMENTS = 3;

    private final RegionTable regions;
    private final MemorySegment counters;
    private int fd = -1;
    private @Nullable MemorySegment ring;
    private @Nullable Thread recording;

    TraceDesk(RegionTable regions, MemorySegment counters) {
        this.regions = regions;
        this.counters = counters;
    }

    /**
     * Starts a recording.
     *
     * @param arguments what of: the process id of this manager or its application, or a region's name; one page in how many; seconds
     * @return the memfd's descriptor in this process
     * @throws IOException if there is no such region, a recording is going on, or there is no memory for it
     */
    synchronized String start(List<String> arguments) throws IOException {
        if (arguments.size() != ARGUMENTS) {
            throw new IOException("a recording is asked for by target, one page in how many, and seconds");
        }
        int region = region(arguments.get(0));
        int oneIn = number(arguments.get(1), TouchTrace.MAX_ONE_IN);
        int seconds = number(arguments.get(2), MAX_SECONDS);
        if (recording != null) {
            throw new IOException("manager " + ProcessHandle.current().pid() + " is recording already");
        }
        regions.trace().start(ring(), region, oneIn);
        recording = Thread.ofPlatform().daemon().name("remap-trace").start(() -> endAfter(seconds));
        return Integer.toString(fd);
    }

    /** Ends the recording, if there is one. Its ring stays as it is until the next one begins. */
    synchronized void stop() {
        regions.trace().stop();
        if (recording != null) {
            recording.interrupt();
            recording = null;
        }
    }

    /** Unless it has been ended meanwhile, and another one has begun. */
    private synchronized void stop(Thread whose) {
        if (whose.equals(recording)) {
            stop();
        }
    }

    private void endAfter(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
            stop(Thread.currentThread());
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.DEBUG, "a recording was ended before its time");
        }
    }

    private int region(String target) throws IOException {
        long application = counters.get(ValueLayout.JAVA_LONG, CountersLayout.APPLICATION_PID);
        long manager = ProcessHandle.current().pid();
        if (target.equals(Long.toString(manager)) || (application != 0 && target.equals(Long.toString(application)))) {
            return TouchTrace.ALL_REGIONS;
        }
        for (PagedRegion region : regions.all()) {
            if (region.config().name().equals(target)) {
                return region.id();
            }
        }
        throw new IOException(
                "manager " + manager + " has no region \"" + target + "\" and is not process " + target + "'s");
    }

    private static int number(String text, int most) throws IOException {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            LOG.log(System.Logger.Level.DEBUG, "not a number", e);
        }
        throw new IOException("\"" + text + "\" is no number from 1 to " + most);
    }

    /** Empty. Mapped for good: a thread may be about to write to it whenever it is. */
    private MemorySegment ring() throws IOException {
        MemorySegment made = ring == null ? newRing() : ring;
        ring = made;
        FileIo.punchHole(fd, 0, TouchRing.FILE_BYTES);
        TouchRing.create(made);
        return made;
    }

    private MemorySegment newRing() throws IOException {
        long memfd = Memfd.createFixed(TouchRing.NAME, TouchRing.FILE_BYTES);
        if (memfd < 0) {
            throw new IOException("memfd_create for a recording: " + Errno.name(memfd));
        }
        long address =
                Mmap.map(0, TouchRing.FILE_BYTES, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, (int) memfd, 0);
        if (address < 0) {
            FileIo.close((int) memfd);
            throw new IOException("mmap of a recording: " + Errno.name(address));
        }
        fd = (int) memfd;
        return Mmap.segment(address, TouchRing.FILE_BYTES);
    }
}
