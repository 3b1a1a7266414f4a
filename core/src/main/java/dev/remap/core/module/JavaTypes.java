// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;

/** What types of Remap inherit from types of Java: {@code Enum.ordinal} is called by the name of the enumeration. */
final class JavaTypes {
    private static final System.Logger LOG = System.getLogger(JavaTypes.class.getName());

    private JavaTypes() {}

    /** Whether a type of Java, or one above it, has a member of that name and descriptor that may be inherited. */
    static boolean inherits(String internalName, ClassUses.Member member) {
        try {
            Class<?> type = Class.forName(internalName.replace('/', '.'), false, ClassLoader.getPlatformClassLoader());
            return methods(type)
                    .anyMatch(method -> method.getName().equals(member.name())
                            && descriptor(method).equals(member.descriptor()));
        } catch (ClassNotFoundException e) {
            LOG.log(System.Logger.Level.DEBUG, "not of Java: " + internalName);
            return false;
        }
    }

    private static Stream<Method> methods(Class<?> type) {
        Class<?> above = type.getSuperclass();
        Stream<Method> own = Stream.concat(Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getMethods()));
        return above == null ? own : Stream.concat(own, methods(above));
    }

    private static String descriptor(Method method) {
        StringBuilder text = new StringBuilder("(");
        for (Class<?> parameter : method.getParameterTypes()) {
            text.append(parameter.descriptorString());
        }
        return text.append(')')
                .append(method.getReturnType().descriptorString())
                .toString();
    }
}
