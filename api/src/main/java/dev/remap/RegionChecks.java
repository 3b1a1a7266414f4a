// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.wire.Protocol;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/** What names, specifications and ranges must be, whoever serves the region. */
final class RegionChecks {
    /** Bytes of a page as the API counts them. */
    static final long PAGE = 4096;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern DEVICE_NAME = Pattern.compile("[a-z0-9-]{1,64}");
    private static final long ADDRESS_SPACE = 1L << 47;
    private static final int MAX_SCHEMA_BYTES = 256;

    private RegionChecks() {}

    static void name(String name) throws RemapException {
        if (!NAME.matcher(name).matches()) {
            throw invalid("region name \"" + name + "\"", "Use 1 to 64 letters, digits, dots, dashes or underscores.");
        }
    }

    static void deviceName(String name) throws RemapException {
        if (!DEVICE_NAME.matcher(name).matches()) {
            throw invalid("device name \"" + name + "\"", "Use 1 to 64 lower case letters, digits and dashes.");
        }
    }

    /** A name, or that of another user's region. */
    static void nameOrOthers(String name) throws RemapException {
        int slash = name.indexOf('/');
        if (slash >= 0 && !name.substring(0, slash).matches("[0-9]{1,10}")) {
            throw invalid("region name \"" + name + "\"", "Another user's region is named as UID/name.");
        }
        name(name.substring(slash + 1));
    }

    static void spec(RegionSpec spec) throws RemapException {
        if (spec.size() <= 0 || spec.size() % PAGE != 0) {
            throw invalid("region size " + spec.size(), "It must be a positive multiple of " + PAGE + " bytes.");
        }
        if (spec.size() >= ADDRESS_SPACE) {
            throw invalid(
                    "region size " + spec.size(), "The address space of a process is " + ADDRESS_SPACE + " bytes.");
        }
        maxStall(spec.maxStall());
        schema(spec.schema());
        if (spec.sharedWith().size() > Protocol.MAX_GRANTS) {
            throw invalid(
                    "a region shared with " + spec.sharedWith().size() + " users",
                    "It may be shared with " + (Protocol.MAX_GRANTS - 1) + " others.");
        }
        if (!spec.sharedWith().isEmpty() && spec.onFailure() == FailurePolicy.ABORT_PROCESS) {
            throw invalid("a shared region with FailurePolicy.ABORT_PROCESS", "Which process? Choose POISON or WAIT.");
        }
    }

    static void schema(String schema) throws RemapException {
        int bytes = schema.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_SCHEMA_BYTES) {
            throw invalid("a schema of " + bytes + " bytes", "It may have " + MAX_SCHEMA_BYTES + ".");
        }
    }

    static void fileSpec(MapMode mode, FileSpec spec) throws RemapException {
        maxStall(spec.maxStall());
        if (MapMode.PRIVATE.equals(mode) && spec.privateTiers().isEmpty()) {
            throw invalid(
                    "a file opened PRIVATE without a tier for what is changed", "Name one in FileSpec.privateTiers.");
        }
    }

    private static void maxStall(Duration maxStall) throws RemapException {
        if (maxStall.compareTo(Duration.ofMillis(1)) < 0 || maxStall.toDays() > 1) {
            throw invalid("maxStall " + maxStall, "It must be between one millisecond and one day.");
        }
    }

    /** A part of a file that is to be mapped. */
    static void mapping(long offset, long size) throws RemapException {
        if (offset < 0 || size < 0 || offset > Long.MAX_VALUE - size) {
            throw invalid("map of " + size + " bytes at " + offset, "Neither may be negative.");
        }
    }

    static void scattered(long[] offsets, int count, long lengthEach, long size) {
        Objects.checkFromIndexSize(0, count, offsets.length);
        for (int i = 0; i < count; i++) {
            Objects.checkFromIndexSize(offsets[i], lengthEach, size);
        }
    }

    static void wholePages(long offset, long length) {
        if (offset % PAGE != 0 || length % PAGE != 0) {
            throw new IllegalArgumentException(
                    "offset " + offset + ", length " + length + ": both must be multiples of " + PAGE);
        }
    }

    static RemapException invalid(String what, String remedy) {
        return new RemapException(RemapException.Category.INVALID, what, remedy);
    }
}
