// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/** What the descriptors of this process are open on, as /proc says when one is first used. */
final class Descriptors {
    /** What a fault can tell apart. */
    enum Kind {
        MEMFD,
        FILE,
        OTHER
    }

    private final ConcurrentHashMap<Integer, String> targets = new ConcurrentHashMap<>();

    Kind kind(int fd) {
        String target = target(fd);
        if (target.startsWith("/memfd:")) {
            return Kind.MEMFD;
        }
        return target.startsWith("/") && !target.startsWith("/dev/") ? Kind.FILE : Kind.OTHER;
    }

    boolean isUserfaultfd(int fd) {
        return target(fd).contains("userfaultfd");
    }

    /** To be called before it is closed: the number may be given to another. */
    void forget(int fd) {
        targets.remove(fd);
    }

    private String target(int fd) {
        String known = targets.get(fd);
        if (known == null) {
            known = read(fd);
            targets.put(fd, known);
        }
        return known;
    }

    private static String read(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
        } catch (IOException e) {
            return "gone: " + e.getMessage();
        }
    }
}
