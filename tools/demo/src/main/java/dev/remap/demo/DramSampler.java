// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.linux.FileIo;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the DRAM in use from outside: every 5 ms it adds up what the kernel says that Remap's memfds occupy, regions and
 * compressed pools alike. Files that tiers spill to are disk, and counted apart, once. It asks the kernel about files only, never the
 * regions' memory nor the manager.
 */
final class DramSampler implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(5);
    private static final int PERIODS_BETWEEN_LOOKS = 20;
    private static final List<String> MEMFDS = List.of("/memfd:remap-region-", "/memfd:remap-zram-");
    private static final String DELETED = " (deleted)";

    private final long managerPid;
    private final Path spillDirectory;
    private final Map<Object, Integer> descriptorByInode = new HashMap<>();
    private final Thread thread = new Thread(this::run, "dram-sampler");
    private volatile boolean stopped;
    private long peakBytes;
    private long samples;
    private long spilledBytes;

    /** Starts measuring this process's memfds and the manager's. */
    DramSampler(long managerPid, Path spillDirectory) {
        this.managerPid = managerPid;
        this.spillDirectory = real(spillDirectory);
        thread.setDaemon(true);
        thread.start();
    }

    /** Stops, and lets go of the memfds. Figures are final afterwards. */
    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The largest sum seen. After {@link #close}. */
    long peakBytes() {
        return peakBytes;
    }

    /** How often it looked. After {@link #close}. */
    long samples() {
        return samples;
    }

    /** The disk that the manager's spill files occupied at the end. After {@link #close}. */
    long spilledBytes() {
        return spilledBytes;
    }

    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException missing) {
            return directory.toAbsolutePath();
        }
    }

    private void run() {
        while (!stopped) {
            if (samples % PERIODS_BETWEEN_LOOKS == 0) {
                find(Path.of("/proc/self/fd"));
                find(descriptors());
            }
            peakBytes = Math.max(peakBytes, occupied());
            samples++;
            LockSupport.parkNanos(PERIOD.toNanos());
        }
        descriptorByInode.values().forEach(FileIo::close);
        spilledBytes = spilled();
    }

    /** Sums up the files without a name in the spill directory that the manager has open; an inode counts once. */
    private long spilled() {
        Map<Object, Long> bytesByInode = new HashMap<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors())) {
            for (Path link : links) {
                String target = target(link);
                if (target.endsWith(DELETED)
                        && spillDirectory.equals(Path.of(target).getParent())) {
                    bytesByInode.put(Files.getAttribute(link, "unix:ino"), allocatedBytes(link));
                }
            }
        } catch (IOException gone) {
            return 0;
        }
        return bytesByInode.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long allocatedBytes(Path link) {
        long descriptor = FileIo.open(link.toString(), FileIo.O_RDONLY | FileIo.O_CLOEXEC, 0);
        if (descriptor < 0) {
            return 0;
        }
        long bytes = FileIo.allocatedBytes((int) descriptor);
        FileIo.close((int) descriptor);
        return Math.max(0, bytes);
    }

    private Path descriptors() {
        return Path.of("/proc", Long.toString(managerPid), "fd");
    }

    private static String target(Path link) throws IOException {
        return Files.readSymbolicLink(link).toString();
    }

    private long occupied() {
        long sum = 0;
        for (int descriptor : descriptorByInode.values()) {
            sum += Math.max(0, FileIo.allocatedBytes(descriptor));
        }
        return sum;
    }

    /** Opens the memfds among a process's descriptors that are not open here yet. A process that has gone has none. */
    private void find(Path descriptors) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                look(link);
            }
        } catch (IOException gone) {
            return;
        }
    }

    private void look(Path link) {
        try {
            String target = target(link);
            if (MEMFDS.stream().noneMatch(target::startsWith)) {
                return;
            }
            Object inode = Files.getAttribute(link, "unix:ino");
            if (!descriptorByInode.containsKey(inode)) {
                long opened = FileIo.open(link.toString(), FileIo.O_RDONLY | FileIo.O_CLOEXEC, 0);
                if (opened >= 0) {
                    descriptorByInode.put(inode, (int) opened);
                }
            }
        } catch (IOException closedMeanwhile) {
            return;
        }
    }
}
