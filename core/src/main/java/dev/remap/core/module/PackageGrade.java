// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.lang.classfile.ClassFile;
import org.jspecify.annotations.Nullable;

/** Reads the class of export that a package has. */
public final class PackageGrade {
    private PackageGrade() {}

    /** Of the class file of a {@code package-info}; null if it names none. */
    public static @Nullable Grade of(byte[] packageInfo) {
        return Grade.of(ClassFile.of().parse(packageInfo));
    }
}
