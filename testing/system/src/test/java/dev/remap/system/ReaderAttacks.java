// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Mmap;
import dev.remap.linux.UffdPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a process tries that has a region for reading only, to change it or to take it from others. */
final class ReaderAttacks {
    private ReaderAttacks() {}

    /** Tries all of it; answers what the kernel let through of what it must not. */
    static String run(Region region, long offset, long length) {
        List<String> through = new ArrayList<>();
        List<Integer> fds = regionFds();
        if (fds.isEmpty()) {
            through.add("no descriptor found");
        }
        int both = Mmap.PROT_READ | Mmap.PROT_WRITE;
        for (int fd : fds) {
            refused(through, "open for writing", FileIo.open("/proc/self/fd/" + fd, FileIo.O_RDWR, 0));
            refused(through, "truncate", FileIo.ftruncate(fd, 0));
            refused(through, "punch", FileIo.punchHole(fd, offset, length));
            refused(
                    through,
                    "write",
                    FileIo.pwrite(
                            fd, Mmap.segment(region.segment().address(), 8).address(), 8, offset));
            refused(through, "map for writing", Mmap.map(0, region.size(), both, Mmap.MAP_SHARED, fd, 0));
            plantZeros(through, fd, region, offset, length);
        }
        overwriteOwnMapping(region, offset, both);
        return through.isEmpty() ? "nothing" : String.join(", ", through);
    }

    private static void refused(List<String> through, String what, long result) {
        if (result >= 0) {
            through.add(what);
        }
    }

    /** A page that is not in DRAM reads as zeros there, and is put in its place: others must not be deceived. */
    private static void plantZeros(List<String> through, int fd, Region region, long offset, long length) {
        long address = Mmap.map(0, region.size(), Mmap.PROT_READ, Mmap.MAP_SHARED, fd, 0);
        if (address < 0) {
            through.add("no mapping for reading: " + Errno.name(address));
            return;
        }
        refused(
                through,
                "make a mapping writable",
                Mmap.mprotect(address, region.size(), Mmap.PROT_READ | Mmap.PROT_WRITE));
        for (long at = offset; at < offset + length; at += Pages.SIZE) {
            byte[] _ = Pages.read(Mmap.segment(address, region.size()), at / Pages.SIZE);
        }
    }

    /** Its own mapping is private: what it stores there is its own, and so is what it fills by its own userfaultfd. */
    private static void overwriteOwnMapping(Region region, long offset, int both) {
        long address = region.segment().address();
        if (Mmap.mprotect(address, region.size(), both) >= 0) {
            Mmap.segment(address, region.size()).asSlice(offset, Pages.SIZE).fill((byte) 0x66);
        }
        for (int fd : fds("userfaultfd")) {
            UffdPort port = new UffdPort(fd);
            long _ = port.zeropage(address + offset, 4 * Pages.SIZE, 0);
            long _ = port.writeProtect(address, region.size(), 0);
            port.close();
        }
    }

    private static List<Integer> regionFds() {
        return fds("remap-region-");
    }

    private static List<Integer> fds(String kind) {
        List<Integer> fds = new ArrayList<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path link : links) {
                if (Files.isSymbolicLink(link)
                        && Files.readSymbolicLink(link).toString().contains(kind)) {
                    fds.add(Integer.parseInt(link.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return fds;
    }
}
