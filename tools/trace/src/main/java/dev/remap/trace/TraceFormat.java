// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The formats of traces that can be read. Reading ends at the {@code most}th access; what is malformed before is refused. */
enum TraceFormat {
    /** What {@code remap trace record} writes: {@link RecordingLayout}. */
    REMAP {
        @Override
        Trace read(String name, InputStream in, int most) throws IOException {
            return RecordingLayout.read(name, in, most);
        }
    },
    /** One key a line, a number below 2^64, decimal or 0x...; what follows a blank does not count, nor do lines that begin with #. */
    TEXT {
        @Override
        Trace read(String name, InputStream in, int most) throws IOException {
            return TextTraces.read(name, in, most, TextTraces::key);
        }
    },
    /** The traces of the ARC paper (Megiddo, Modha, FAST'03), *.lis: first page, pages, ignored, number of the request. */
    ARC {
        @Override
        Trace read(String name, InputStream in, int most) throws IOException {
            return TextTraces.read(name, in, most, TextTraces::arc);
        }
    },
    /** The Storage Performance Council's, of the UMass repository: unit, block of 512 bytes, bytes, operation, seconds, with commas. */
    SPC {
        @Override
        Trace read(String name, InputStream in, int most) throws IOException {
            return TextTraces.read(name, in, most, TextTraces::spc);
        }
    },
    /** libCacheSim's oracleGeneral, not compressed: 24 bytes an access, of which 4 to 11 are the object; each object is a page here. */
    ORACLE_GENERAL {
        @Override
        Trace read(String name, InputStream in, int most) throws IOException {
            return OracleGeneral.read(name, in, most);
        }
    };

    abstract Trace read(String name, InputStream in, int most) throws IOException;

    /** Reads a file. */
    Trace read(Path file, int most) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return read(String.valueOf(file.getFileName()), in, most);
        } catch (MalformedTraceException e) {
            throw new IOException(file + ", " + e.getMessage() + " (read as " + option() + ")", e);
        }
    }

    /** The name on the command line. */
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The format that a file's first bytes or else its name tell; TEXT if neither does. */
    static TraceFormat of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            if (RecordingLayout.begins(in.readNBytes(Long.BYTES))) {
                return REMAP;
            }
        }
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".lis")) {
            return ARC;
        }
        if (name.endsWith(".spc")) {
            return SPC;
        }
        return name.contains("oraclegeneral") ? ORACLE_GENERAL : TEXT;
    }

    /** The format of a name. */
    static TraceFormat of(String option) throws IOException {
        for (TraceFormat format : values()) {
            if (format.option().equals(option)) {
                return format;
            }
        }
        throw new IOException("no format \"" + option + "\"; there are: "
                + Arrays.stream(values()).map(TraceFormat::option).collect(Collectors.joining(", ")));
    }
}
