// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.modules;

import dev.remap.core.module.ApiType;
import dev.remap.core.module.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What others see of a type, as one line of the lock file. */
final class TypeLine {
    private static final Pattern PACKAGE = Pattern.compile("L([^;]*)/[^/;]*;");

    private TypeLine() {}

    /** Adds a type's line: all of it if its package is STABLE, else only what is stricter than the package. */
    static void add(ApiType type, boolean stable, List<String> lines) {
        String name = type.name().substring(type.name().lastIndexOf('/') + 1);
        List<String> members = type.members().values().stream()
                .filter(ApiType.Member::visible)
                .filter(member -> !member.modifiers().contains("synthetic"))
                .filter(member -> stable || member.grade() != null)
                .map(TypeLine::text)
                .sorted()
                .toList();
        if (stable) {
            List<String> above = new ArrayList<>(List.of(type.superName()));
            above.addAll(type.interfaces());
            lines.add(name + grade(type.grade()) + " < " + String.join(" ", above) + ": " + String.join("; ", members));
        } else if (type.grade() != null || !members.isEmpty()) {
            lines.add(name + grade(type.grade()) + ": " + String.join("; ", members));
        }
    }

    private static String text(ApiType.Member member) {
        String modifiers = member.modifiers().isEmpty() ? "" : member.modifiers() + " ";
        return modifiers + member.name() + " " + member.descriptor() + grade(member.grade());
    }

    private static String grade(@Nullable Grade grade) {
        if (grade == null) {
            return "";
        }
        return " @" + grade.exportClass()
                + (grade.modules().isEmpty() ? "" : " for " + String.join(",", grade.modules()));
    }

    /**
     * What the module system would not hold: reflection reaches every type of an open package, and every member, unless a member takes or
     * answers what is closed.
     */
    static List<String> flaws(ApiType type, boolean stable, Predicate<String> isClosed) {
        List<String> flaws = new ArrayList<>();
        if (!stable) {
            return flaws;
        }
        if (type.grade() != null) {
            flaws.add(type.name()
                    + " is stricter than its STABLE package, which does not hold it: move it to another package");
        }
        for (ApiType.Member member : type.members().values()) {
            if (member.grade() != null && !mentions(member.descriptor(), isClosed)) {
                flaws.add(type.name() + "." + member.name()
                        + " is stricter than its STABLE package and neither takes nor answers a type"
                        + " of a closed one: reflection would reach it");
            }
        }
        return flaws;
    }

    private static boolean mentions(String descriptor, Predicate<String> isClosed) {
        Matcher packages = PACKAGE.matcher(descriptor);
        while (packages.find()) {
            if (isClosed.test(packages.group(1))) {
                return true;
            }
        }
        return false;
    }
}
