// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Contents for pages of 4096 bytes. */
final class Pages {
    static final int BYTES = 4096;

    private static final String TEXT =
            "A page in place costs nothing to use: the load is a plain load. What is cold moves to where it is cheap. ";

    private Pages() {}

    static byte[] zeros() {
        return new byte[BYTES];
    }

    static byte[] text() {
        return Arrays.copyOf(TEXT.repeat(BYTES / TEXT.length() + 1).getBytes(StandardCharsets.US_ASCII), BYTES);
    }

    static byte[] random(long seed) {
        byte[] page = new byte[BYTES];
        new SplittableRandom(seed).nextBytes(page);
        return page;
    }

    /** Records of the shape that the yardstick uses; LZ4 makes about 1450 bytes of them. */
    static byte[] json(long seed) {
        StringBuilder page = new StringBuilder(BYTES + 192);
        long s = seed * 0x9E3779B97F4A7C15L + 1;
        while (page.length() < BYTES) {
            s ^= s << 13;
            s ^= s >>> 7;
            s ^= s << 17;
            page.append("{\"identifier\":").append(Long.remainderUnsigned(s, 10_000_000));
            page.append(",\"name\":\"user").append(hex((s >>> 20) & 0xffff, 4));
            page.append("\",\"country\":\"GB\",\"active\":true,\"value\":").append((s >>> 40) & 0xff);
            page.append(",\"hash\":\"").append(hex((s * 0xD1342543DE82EF95L) >>> 20, 11));
            page.append("\"},\n");
        }
        return Arrays.copyOf(page.toString().getBytes(StandardCharsets.US_ASCII), BYTES);
    }

    /** Pages as heaps and caches have them: mostly records, some half empty, some with parts that do not compress. */
    static byte[] mixed(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] page = json(seed);
        int kind = random.nextInt(10);
        if (kind >= 5) {
            int incompressible = random.nextInt(kind < 8 ? 500 : 2000);
            byte[] noise = new byte[incompressible];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, page, random.nextInt(BYTES - incompressible), incompressible);
        }
        if (kind == 7 || kind == 9) {
            Arrays.fill(page, random.nextInt(BYTES), BYTES, (byte) 0);
        }
        return page;
    }

    private static String hex(long value, int digits) {
        String text = Long.toHexString(value);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }
}
