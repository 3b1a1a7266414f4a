// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.linux.ProcFs;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Unix sockets as /proc shows them. */
final class Sockets {
    private static final String PREFIX = "socket:[";
    private static final int INODE_FIELD = 6;

    private final Set<String> inodes = new HashSet<>();

    private Sockets() {}

    /** Those that these processes have open now. */
    static Sockets of(long... pids) {
        Sockets sockets = new Sockets();
        for (long pid : pids) {
            sockets.add(Path.of("/proc", Long.toString(pid), "fd"));
        }
        return sockets;
    }

    int count() {
        return inodes.size();
    }

    /** The lines of /proc/net/unix for those that still exist. */
    List<String> left() {
        return ProcFs.read(Path.of("/proc/net/unix"))
                .lines()
                .filter(line -> inodes.contains(inode(line)))
                .toList();
    }

    private static String inode(String line) {
        String[] fields = line.split("\\s+", INODE_FIELD + 2);
        return fields.length > INODE_FIELD ? fields[INODE_FIELD] : "";
    }

    private void add(Path descriptors) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                String target = Files.readSymbolicLink(link).toString();
                if (target.startsWith(PREFIX)) {
                    inodes.add(target.substring(PREFIX.length(), target.length() - 1));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new AssertionError("descriptors of a process that is to be alive", e);
        }
    }
}
