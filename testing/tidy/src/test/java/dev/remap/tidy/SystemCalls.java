// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which system calls code can make: those whose numbers are read somewhere on a way of calls from it. Calls of an interface of
 * {@code linux} lead to all that implement it; a class that is reached is initialized.
 */
final class SystemCalls {
    private static final String LINUX = "dev.remap.linux";
    private static final String WIRE = "dev.remap.wire";
    private static final String NUMBERS = LINUX + ".Syscall";

    private final JavaClasses classes;
    private final Set<JavaCodeUnit> seen = new HashSet<>();
    private final ArrayDeque<JavaCodeUnit> open = new ArrayDeque<>();
    private final Set<String> calls = new TreeSet<>();

    private SystemCalls(JavaClasses classes) {
        this.classes = classes;
    }

    /** Names as the kernel has them, of what the classes that fit can call. */
    static Set<String> reachable(JavaClasses classes, Predicate<JavaClass> from) {
        SystemCalls search = new SystemCalls(classes);
        classes.stream()
                .filter(from)
                .flatMap(start -> start.getCodeUnits().stream())
                .forEach(search::add);
        while (!search.open.isEmpty()) {
            search.follow(search.open.remove());
        }
        return search.calls;
    }

    /** Every number that there is. */
    static Set<String> all(JavaClasses classes) {
        Set<String> names = new TreeSet<>();
        classes.get(NUMBERS).getFields().forEach(field -> names.add(name(field.getName())));
        return names;
    }

    private static String name(String constant) {
        return constant.toLowerCase(Locale.ROOT);
    }

    private void add(JavaCodeUnit unit) {
        if (seen.add(unit)) {
            open.add(unit);
        }
    }

    private void follow(JavaCodeUnit unit) {
        for (JavaFieldAccess access : unit.getFieldAccesses()) {
            if (access.getTargetOwner().getName().equals(NUMBERS)) {
                calls.add(name(access.getTarget().getName()));
            }
        }
        unit.getCallsFromSelf().forEach(this::reach);
        unit.getMethodReferencesFromSelf().forEach(this::reach);
        unit.getConstructorReferencesFromSelf().forEach(this::reach);
    }

    private void reach(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        if (!isShared(owner) || !classes.contain(owner.getName())) {
            return;
        }
        String method = access.getTarget().getName();
        reach(classes.get(owner.getName()), method);
        if (owner.isInterface()) {
            owner.getAllSubclasses().forEach(implementation -> reach(implementation, method));
        }
    }

    private void reach(JavaClass owner, String method) {
        owner.getStaticInitializer().ifPresent(this::add);
        owner.getCodeUnits().stream()
                .filter(unit -> unit.getName().equals(method))
                .forEach(this::add);
    }

    private static boolean isShared(JavaClass owner) {
        return owner.getPackageName().equals(LINUX) || owner.getPackageName().equals(WIRE);
    }
}
