// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A type as its class file has it: what can be seen of it from outside its module, and the classes of export it names.
 *
 * @param name with slashes
 * @param visible whether it and all types around it are public or protected
 * @param superName with slashes; empty for Object
 * @param grade of its own; null if it has none
 * @param members by name and descriptor
 */
public record ApiType(
        String name,
        boolean visible,
        String superName,
        List<String> interfaces,
        @Nullable Grade grade,
        Map<String, Member> members) {
    /** A field or a method. */
    public record Member(
            String name,
            String descriptor,
            boolean visible,
            String modifiers,
            @Nullable Grade grade) {}

    /** Copies list and map. */
    public ApiType {
        interfaces = List.copyOf(interfaces);
        members = Map.copyOf(members);
    }

    /** Reads a class file. */
    public static ApiType parse(byte[] bytes) {
        ClassModel model = ClassFile.of(
                        ClassFile.DebugElementsOption.DROP_DEBUG, ClassFile.LineNumbersOption.DROP_LINE_NUMBERS)
                .parse(bytes);
        Map<String, Member> members = new HashMap<>();
        model.fields()
                .forEach(field -> put(
                        members,
                        field.fieldName().stringValue(),
                        field.fieldType().stringValue(),
                        field.flags(),
                        Grade.of(field)));
        model.methods()
                .forEach(method -> put(
                        members,
                        method.methodName().stringValue(),
                        method.methodType().stringValue(),
                        method.flags(),
                        Grade.of(method)));
        return new ApiType(
                model.thisClass().asInternalName(),
                isVisible(model),
                model.superclass().map(entry -> entry.asInternalName()).orElse(""),
                model.interfaces().stream().map(entry -> entry.asInternalName()).toList(),
                Grade.of(model),
                members);
    }

    private static void put(
            Map<String, Member> members, String name, String descriptor, AccessFlags flags, @Nullable Grade grade) {
        boolean visible = flags.has(AccessFlag.PUBLIC) || flags.has(AccessFlag.PROTECTED);
        String modifiers = String.join(
                " ",
                flags.flags().stream()
                        .filter(SIGNIFICANT::contains)
                        .map(flag -> flag.name().toLowerCase(Locale.ROOT))
                        .sorted()
                        .toList());
        members.put(name + descriptor, new Member(name, descriptor, visible, modifiers, grade));
    }

    private static final Set<AccessFlag> SIGNIFICANT = Set.of(
            AccessFlag.SYNTHETIC, AccessFlag.PROTECTED, AccessFlag.STATIC, AccessFlag.FINAL, AccessFlag.ABSTRACT);

    /** A nested type's own flags are in the table of inner classes; all types around it count. */
    private static boolean isVisible(ClassModel model) {
        String name = model.thisClass().asInternalName();
        List<InnerClassInfo> around = model.findAttribute(Attributes.innerClasses())
                .map(attribute -> attribute.classes())
                .orElse(List.of());
        boolean nested = false;
        for (InnerClassInfo info : around) {
            String inner = info.innerClass().asInternalName();
            if (inner.equals(name) || name.startsWith(inner + "$")) {
                nested |= inner.equals(name);
                if (!info.has(AccessFlag.PUBLIC) && !info.has(AccessFlag.PROTECTED)) {
                    return false;
                }
            }
        }
        return nested || model.flags().has(AccessFlag.PUBLIC);
    }

    /** The package's name, with dots. */
    public String packageName() {
        return packageOf(name);
    }

    static String packageOf(String internalName) {
        int end = internalName.lastIndexOf('/');
        return end < 0 ? "" : internalName.substring(0, end).replace('/', '.');
    }

    /** The type around this one; empty if it is a top-level type. */
    Optional<String> outer() {
        int end = name.lastIndexOf('$');
        return end < 0 ? Optional.empty() : Optional.of(name.substring(0, end));
    }
}
