// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.reflect.AccessFlag;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What one class file can use of other types: everything that its constant pool and the types of its own members name. What a class does
 * not name it can only reach by reflection, where the module system decides.
 *
 * @param name its own name, with slashes
 * @param types names, with slashes
 * @param members of other types, or of its own
 * @param nativeMethods its own methods that native code implements
 */
public record ClassUses(String name, Set<String> types, Set<Member> members, Set<String> nativeMethods) {
    /** A field or a method of a type. */
    public record Member(String owner, String name, String descriptor) {
        String key() {
            return name + descriptor;
        }
    }

    /** Reads a class file; code is not looked at. */
    public static ClassUses of(byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        ClassUses uses = new ClassUses(
                model.thisClass().asInternalName(),
                new LinkedHashSet<>(),
                new LinkedHashSet<>(),
                new LinkedHashSet<>());
        for (PoolEntry entry : model.constantPool()) {
            uses.add(entry);
        }
        model.fields().forEach(field -> uses.addTypes(field.fieldType().stringValue()));
        model.methods().forEach(method -> {
            uses.addTypes(method.methodType().stringValue());
            if (method.flags().has(AccessFlag.NATIVE)) {
                uses.nativeMethods.add(method.methodName().stringValue());
            }
        });
        return uses;
    }

    /** Tests of types one by one: a switch over patterns takes a JVM some 20 ms the first time. */
    private void add(PoolEntry entry) {
        if (entry instanceof ClassEntry type) {
            addTypes(type.asInternalName());
        } else if (entry instanceof MemberRefEntry member) {
            members.add(new Member(
                    member.owner().asInternalName(),
                    member.name().stringValue(),
                    member.type().stringValue()));
        } else if (entry instanceof MethodTypeEntry type) {
            addTypes(type.descriptor().stringValue());
        } else if (entry instanceof NameAndTypeEntry type) {
            addTypes(type.type().stringValue());
        }
    }

    /** A name with slashes, or a descriptor with names between L and a semicolon. */
    private void addTypes(String text) {
        boolean isDescriptor = text.startsWith("[") || text.startsWith("(") || text.endsWith(";") || text.length() == 1;
        if (!isDescriptor) {
            types.add(text);
            return;
        }
        int begin = text.indexOf('L');
        while (begin >= 0) {
            int end = text.indexOf(';', begin);
            if (end < 0) {
                return;
            }
            types.add(text.substring(begin + 1, end));
            begin = text.indexOf('L', end);
        }
    }
}
