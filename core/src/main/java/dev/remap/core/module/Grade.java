// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Exported} says of a package, a type or a member, as read from its class file.
 *
 * @param modules the only modules it is for; empty for all that the class admits
 */
public record Grade(ExportClass exportClass, String since, String reason, List<String> modules) {
    private static final ClassDesc EXPORTED = ClassDesc.of(Exported.class.getName());

    /** Copies the list. */
    public Grade {
        modules = List.copyOf(modules);
    }

    /** The class an element has; null if it has none of its own. */
    public static @Nullable Grade of(AttributedElement element) {
        return element.findAttribute(Attributes.runtimeInvisibleAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream())
                .filter(annotation -> annotation.classSymbol().equals(EXPORTED))
                .findFirst()
                .map(Grade::of)
                .orElse(null);
    }

    private static Grade of(Annotation annotation) {
        ExportClass exportClass = ExportClass.GPL_ONLY;
        String since = "";
        String reason = "";
        List<String> modules = new ArrayList<>();
        for (AnnotationElement element : annotation.elements()) {
            switch (element.value()) {
                case AnnotationValue.OfEnum value ->
                    exportClass = ExportClass.valueOf(value.constantName().stringValue());
                case AnnotationValue.OfArray array -> array.values().forEach(each -> modules.add(text(each)));
                default -> {
                    since = element.name().equalsString("since") ? text(element.value()) : since;
                    reason = element.name().equalsString("reason") ? text(element.value()) : reason;
                }
            }
        }
        return new Grade(exportClass, since, reason, modules);
    }

    private static String text(AnnotationValue value) {
        return value instanceof AnnotationValue.OfString text ? text.stringValue() : "";
    }

    /** Whether a module of that name, whose licence is or is not compatible with GPL-2.0, may use it. */
    boolean admits(String module, boolean gplCompatible) {
        boolean licence = exportClass == ExportClass.STABLE || gplCompatible;
        return licence && (modules.isEmpty() || modules.stream().anyMatch(pattern -> matches(pattern, module)));
    }

    private static boolean matches(String pattern, String module) {
        return pattern.endsWith("*")
                ? module.startsWith(pattern.substring(0, pattern.length() - 1))
                : module.equals(pattern);
    }

    /** The stricter of two, this one if they are alike. */
    Grade stricter(@Nullable Grade other) {
        if (other == null) {
            return this;
        }
        if (exportClass != other.exportClass) {
            return exportClass == ExportClass.GPL_ONLY ? this : other;
        }
        return modules.isEmpty() && !other.modules.isEmpty() ? other : this;
    }
}
