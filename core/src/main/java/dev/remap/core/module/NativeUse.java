// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.util.Map;
import java.util.Set;

/**
 * What takes a driver out of the Java language, and so past every check: it needs a grant of its own. The virtual machine denies these
 * methods to modules without it, however they are called; to find them here as well makes a refusal of what would be an exception later.
 */
final class NativeUse {
    private static final Map<String, Set<String>> RESTRICTED = Map.of(
            "java/lang/System", Set.of("load", "loadLibrary"),
            "java/lang/Runtime", Set.of("load", "loadLibrary"),
            "java/lang/foreign/Linker", Set.of("downcallHandle", "upcallStub"),
            "java/lang/foreign/SymbolLookup", Set.of("libraryLookup"),
            "java/lang/foreign/MemorySegment", Set.of("reinterpret"),
            "java/lang/foreign/AddressLayout", Set.of("withTargetLayout"),
            "java/lang/ModuleLayer$Controller", Set.of("enableNativeAccess"));

    private NativeUse() {}

    static boolean is(ClassUses.Member member) {
        return RESTRICTED.getOrDefault(member.owner(), Set.of()).contains(member.name());
    }
}
