// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Which file a path names: device and inode. */
record FileIdentity(Object key) {
    private static final Object NONE = "none";

    static FileIdentity of(Path file) {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            return new FileIdentity(key == null ? NONE : key);
        } catch (IOException e) {
            return new FileIdentity(NONE);
        }
    }
}
