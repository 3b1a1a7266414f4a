// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.modules;

import dev.remap.core.module.Grade;
import dev.remap.export.ExportClass;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A package that a module of Remap exports.
 *
 * @param unqualified whether it is exported to everybody by its module's declaration
 * @param grade its class; null if it names none
 * @param consumers other modules of Remap that use it
 * @param types what can be seen of each type, a line a type; of a GPL_ONLY package only what is stricter than it
 * @param flaws what is wrong with the classes of its types
 */
record ExportedPackage(
        String module,
        String name,
        boolean unqualified,
        @Nullable Grade grade,
        SortedSet<String> consumers,
        List<String> types,
        List<String> flaws) {
    ExportedPackage {
        consumers = new TreeSet<>(consumers);
        types = List.copyOf(types);
        flaws = List.copyOf(flaws);
    }

    String exportClass() {
        return grade == null ? "NONE" : grade.exportClass().toString();
    }

    boolean isStable() {
        return grade != null && grade.exportClass() == ExportClass.STABLE;
    }

    /** Its lines in the lock file. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        String modules = grade == null || grade.modules().isEmpty() ? "" : " for " + String.join(",", grade.modules());
        String since = grade == null ? "" : " since " + grade.since();
        lines.add("package " + name + " " + exportClass() + since + modules);
        types.forEach(type -> lines.add("  " + type));
        return lines;
    }
}
