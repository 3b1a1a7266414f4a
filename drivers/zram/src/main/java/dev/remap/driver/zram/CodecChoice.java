// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The codec a specification asks for; level 0 is LZ4, others are levels of Zstandard. */
record CodecChoice(int zstdLevel) {
    private static final int LZ4 = 0;
    private static final int DEFAULT_ZSTD_LEVEL = 1;
    private static final Pattern ZSTD = Pattern.compile("zstd(?:-([1-9]|1[0-9]))?");

    static CodecChoice parse(String options) {
        if (options.isEmpty() || options.equals("lz4")) {
            return new CodecChoice(LZ4);
        }
        Matcher zstd = ZSTD.matcher(options);
        if (!zstd.matches()) {
            throw new IllegalArgumentException("zram does not understand the option \"" + options
                    + "\"; it understands: lz4 (the default), zstd (level 1), zstd-1 to zstd-19");
        }
        String level = zstd.group(1);
        return new CodecChoice(level == null ? DEFAULT_ZSTD_LEVEL : Integer.parseInt(level));
    }

    PageCompressor newCompressor(SlotScratch scratch) {
        return zstdLevel == LZ4 ? new Lz4Compressor(scratch) : new ZstdCompressor(zstdLevel, scratch);
    }

    PageDecompressor newDecompressor(SlotScratch scratch) {
        return zstdLevel == LZ4 ? new Lz4Decompressor(scratch) : new ZstdDecompressor(scratch);
    }
}
