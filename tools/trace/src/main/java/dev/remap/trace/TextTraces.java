// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Reads the formats of one access, or one request, a line. */
final class TextTraces {
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final long PAGE = 4096;
    private static final long SECTOR = 512;
    private static final int UNIT_SHIFT = 52;
    private static final long MAX_UNIT = (1 << 11) - 1;
    private static final long MAX_SECTOR = 1L << 52;
    /** A request for more is a damaged line. 1 GiB of pages. */
    private static final long MAX_REQUEST_PAGES = 1 << 18;

    private TextTraces() {}

    /** Adds what a line asks for; throws a {@link BadLine} that says what is wrong with it. */
    interface LineParser {
        void parse(String line, Accesses accesses) throws BadLine;
    }

    /** What is wrong with a line. */
    static final class BadLine extends Exception {
        private static final long serialVersionUID = 1;

        BadLine(String message) {
            super(message);
        }
    }

    /** The accesses up to the most that were asked for. */
    static final class Accesses {
        private final TraceBuilder builder = new TraceBuilder();
        private final int most;

        Accesses(int most) {
            this.most = most;
        }

        boolean isFull() {
            return builder.accesses() >= most || builder.isFull();
        }

        void add(long firstKey, long pages) {
            for (long i = 0; i < pages && !isFull(); i++) {
                builder.add(firstKey + i);
            }
        }
    }

    static Trace read(String name, InputStream in, int most, LineParser parser) throws IOException {
        Accesses accesses = new Accesses(most);
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        long number = 0;
        for (String line = reader.readLine(); line != null && !accesses.isFull(); line = reader.readLine()) {
            number++;
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                continue;
            }
            try {
                parser.parse(stripped, accesses);
            } catch (BadLine e) {
                throw new MalformedTraceException("line", number, e.getMessage() + ": \"" + shortened(stripped) + "\"");
            }
        }
        if (accesses.builder.accesses() == 0) {
            throw new MalformedTraceException("line", number, "the trace ends without an access");
        }
        return Trace.of(name, accesses.builder);
    }

    static void key(String line, Accesses accesses) throws BadLine {
        String key = BLANKS.split(line, 2)[0];
        try {
            boolean hex = key.startsWith("0x") || key.startsWith("0X");
            accesses.add(hex ? Long.parseUnsignedLong(key.substring(2), 16) : Long.parseUnsignedLong(key), 1);
        } catch (NumberFormatException e) {
            throw new BadLine("the key is no number from 0 to 2^64 - 1");
        }
    }

    static void arc(String line, Accesses accesses) throws BadLine {
        String[] fields = BLANKS.split(line);
        if (fields.length != 4) {
            throw new BadLine("not four numbers but " + fields.length + " fields");
        }
        long first = number(fields[0], "the first page", Long.MAX_VALUE - MAX_REQUEST_PAGES);
        accesses.add(first, atLeastOne(number(fields[1], "the number of pages", MAX_REQUEST_PAGES)));
    }

    static void spc(String line, Accesses accesses) throws BadLine {
        String[] fields = line.split(",", -1);
        if (fields.length < 5) {
            throw new BadLine("not five fields with commas between but " + fields.length);
        }
        long unit = number(fields[0], "the unit", MAX_UNIT);
        long begin = number(fields[1], "the block", MAX_SECTOR) * SECTOR;
        long bytes = atLeastOne(number(fields[2], "the size", MAX_REQUEST_PAGES * PAGE));
        if (!fields[3].strip().matches("[rRwW]")) {
            throw new BadLine("the operation is neither r nor w");
        }
        long firstPage = begin / PAGE;
        accesses.add((unit << UNIT_SHIFT) | firstPage, (begin + bytes - 1) / PAGE - firstPage + 1);
    }

    private static long atLeastOne(long count) throws BadLine {
        if (count == 0) {
            throw new BadLine("a request for nothing");
        }
        return count;
    }

    private static long number(String text, String what, long most) throws BadLine {
        try {
            long number = Long.parseLong(text.strip());
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new BadLine(what + " is no number");
        }
        throw new BadLine(what + " is not from 0 to " + most);
    }

    private static String shortened(String line) {
        return line.length() <= 60 ? line : line.substring(0, 60) + "...";
    }
}
