// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Request;
import java.util.regex.Pattern;

/** What a region must be that an application asks for, which is not believed: name, place, size and memory. */
final class RegionRequestCheck {
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** What the manager's heap has room for: the descriptors of a region, its tiers and its policy's queues. */
    private static final int MOST_REGIONS = 1024;

    /** Above what any process has: with it no sum or product of offsets overflows. */
    private static final long ADDRESS_SPACE = 1L << 48;

    private RegionRequestCheck() {}

    static void check(Request.CreateRegion spec, int memfd, RegionTable regions) throws CommandException {
        if (!NAME.matcher(spec.name()).matches()) {
            throw invalid("a region's name must be 1 to 64 letters, digits, dots, dashes or underscores");
        }
        if (regions.all().length >= MOST_REGIONS) {
            throw new CommandException(
                    ErrorCode.QUOTA,
                    "the manager has " + MOST_REGIONS + " regions, and may have no more",
                    "Close regions, or use fewer, larger ones.");
        }
        checkPlace(spec, regions);
        if (spec.maxStallNs() <= 0) {
            throw invalid("region " + spec.name() + ": maxStall of " + spec.maxStallNs() + " ns");
        }
        checkMemory(spec, memfd);
    }

    private static void checkPlace(Request.CreateRegion spec, RegionTable regions) throws CommandException {
        long base = spec.baseAddress();
        long size = spec.sizeBytes();
        if (size <= 0 || size % PAGE != 0 || size > ADDRESS_SPACE) {
            throw invalid("region " + spec.name() + ": size " + size);
        }
        if (base <= 0 || base % PAGE != 0 || base > ADDRESS_SPACE - size) {
            throw invalid("region " + spec.name() + ": address 0x" + Long.toHexString(base));
        }
        for (PagedRegion other : regions.all()) {
            long otherBase = other.config().baseAddress();
            if (base < otherBase + other.config().sizeBytes() && otherBase < base + size) {
                throw invalid("region " + spec.name() + " overlaps region "
                        + other.config().name());
            }
        }
    }

    private static void checkMemory(Request.CreateRegion spec, int memfd) throws CommandException {
        long flags = FileIo.statusFlags(memfd);
        if (flags < 0 || (flags & FileIo.O_PATH) != 0 || (flags & FileIo.O_ACCMODE) != FileIo.O_RDWR) {
            throw invalid("region " + spec.name() + ": its descriptor is not open for reading and writing");
        }
        long seals = Memfd.seals(memfd);
        if (seals < 0 || (seals & ~(Memfd.F_SEAL_EXEC | Memfd.F_SEAL_SEAL)) != 0) {
            throw invalid("region " + spec.name() + ": its descriptor is no memfd, or one that is sealed");
        }
        long bytes = FileIo.fileSize(memfd);
        if (bytes < spec.sizeBytes()) {
            throw invalid("region " + spec.name() + " of " + spec.sizeBytes() + " bytes: its memfd has " + bytes);
        }
    }

    private static CommandException invalid(String what) {
        return new CommandException(ErrorCode.INVALID, what, "");
    }
}
