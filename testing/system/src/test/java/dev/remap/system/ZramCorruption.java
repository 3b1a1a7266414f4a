// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Flips bits of everything that a manager holds compressed, as failing memory would. */
final class ZramCorruption {
    private static final String PREFIX = "/memfd:remap-zram-";

    private static final byte MASK = 0x55;

    private ZramCorruption() {}

    /** Returns how many bytes were changed. */
    static long flip(long managerPid) {
        long[] changed = {0};
        Set<Object> seen = new HashSet<>(); // a manager that tells others what to keep has each descriptor twice
        Memfds.forEach(managerPid, (link, name) -> {
            if (name.startsWith(PREFIX) && seen.add(inode(link))) {
                changed[0] += flip(link);
            }
        });
        if (changed[0] == 0) {
            throw new AssertionError("nothing is stored in a " + PREFIX + " file of process " + managerPid);
        }
        return changed[0];
    }

    private static Object inode(Path link) {
        try {
            return Files.getAttribute(link, "unix:ino");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long flip(Path link) {
        long changed = 0;
        byte[] page = new byte[4096];
        try (RandomAccessFile file = new RandomAccessFile(link.toFile(), "rw")) {
            for (long offset = 0; offset < file.length(); offset += page.length) {
                file.seek(offset);
                int read = file.read(page);
                int wrong = flip(page, read);
                if (wrong > 0) {
                    file.seek(offset);
                    file.write(page, 0, read);
                    changed += wrong;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return changed;
    }

    /** Zeros stay zeros: holes must not become memory. Nothing becomes zero, so that a second flip undoes the first. */
    private static int flip(byte[] page, int length) {
        int changed = 0;
        for (int i = 0; i < length; i++) {
            if (page[i] != 0 && page[i] != MASK) {
                page[i] ^= MASK;
                changed++;
            }
        }
        return changed;
    }
}
