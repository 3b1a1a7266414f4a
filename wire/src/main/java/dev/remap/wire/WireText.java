// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Texts for people, made to fit a message. Names are not for cutting: they are refused instead. */
final class WireText {
    private WireText() {}

    /** The longest beginning of {@code text} that a message takes, without half a character at its end. */
    static String cut(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        int length = Math.min(bytes.length, Protocol.MAX_STRING_BYTES);
        while (length < bytes.length && isContinuation(bytes[length])) {
            length--;
        }
        return new String(bytes, 0, length, UTF_8);
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xC0) == 0x80;
    }
}
