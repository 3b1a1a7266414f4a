// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.linux.FileIo;
import dev.remap.linux.ProcFs;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/** Remap's memory files as /proc shows them: what they occupy, each once, whoever has it open. */
final class Memfds implements AutoCloseable {
    private static final String PREFIX = "/memfd:remap-";
    private static final int INODE_FIELD = 4;

    private final Map<Object, Integer> openByInode = new HashMap<>();
    private final Map<Object, String> names = new HashMap<>();

    /** Opens every one that these processes have open and this has not yet. */
    void add(long... pids) {
        LongStream.of(pids).forEach(pid -> forEach(pid, this::open));
    }

    /** Sum of st_blocks, in bytes. */
    long allocatedBytes() {
        return openByInode.values().stream().mapToLong(FileIo::allocatedBytes).sum();
    }

    /** One line each, for messages. */
    String describe() {
        StringBuilder text = new StringBuilder();
        openByInode.forEach((inode, fd) -> text.append(names.get(inode))
                .append(' ')
                .append(FileIo.allocatedBytes(fd))
                .append(" of ")
                .append(FileIo.fileSize(fd))
                .append('\n'));
        return text.toString();
    }

    int count() {
        return openByInode.size();
    }

    /** Whether any process has one of these open or mapped, this one left out: else the kernel frees it when this closes it. */
    boolean heldByAnybody() {
        return ProcessHandle.allProcesses()
                .mapToLong(ProcessHandle::pid)
                .filter(pid -> pid != ProcessHandle.current().pid())
                .anyMatch(pid -> holds(pid) || maps(pid));
    }

    private boolean maps(long pid) {
        return ProcFs.read(Path.of("/proc", Long.toString(pid), "maps"))
                .lines()
                .filter(line -> line.contains(PREFIX))
                .anyMatch(line ->
                        openByInode.containsKey(Long.valueOf(line.split("\\s+", INODE_FIELD + 2)[INODE_FIELD])));
    }

    private boolean holds(long pid) {
        boolean[] found = {false};
        forEach(pid, (link, name) -> found[0] |= openByInode.containsKey(inode(link)));
        return found[0];
    }

    private void open(Path link, String name) {
        Object inode = inode(link);
        if (!openByInode.containsKey(inode)) {
            long fd = FileIo.open(link.toString(), FileIo.O_RDONLY | FileIo.O_CLOEXEC, 0);
            if (fd >= 0) {
                openByInode.put(inode, (int) fd);
                names.put(inode, name);
            }
        }
    }

    private static Object inode(Path link) {
        try {
            return Files.getAttribute(link, "unix:ino");
        } catch (IOException e) {
            return link;
        }
    }

    /** Visits a process's Remap memory files; none if the process is gone. */
    static void forEach(long pid, BiConsumer<Path, String> visitor) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path link : links) {
                String target = target(link);
                if (target.startsWith(PREFIX)) {
                    visitor.accept(link, target);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The process has ended.
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        openByInode.values().forEach(FileIo::close);
        openByInode.clear();
    }
}
