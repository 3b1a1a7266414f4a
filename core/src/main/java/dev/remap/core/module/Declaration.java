// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import dev.remap.driver.DriverModule;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;

/**
 * What a driver's module declaration says of it.
 *
 * @param licence an SPDX expression, as it was written; empty if none is declared
 */
public record Declaration(String licence, String author, String description, boolean test) {
    private static final ClassDesc DRIVER_MODULE = ClassDesc.of(DriverModule.class.getName());
    private static final Declaration NONE = new Declaration("", "", "", false);

    /** Reads the class file of a module declaration. */
    static Declaration of(byte[] moduleInfo) {
        return ClassFile.of().parse(moduleInfo).findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream())
                .filter(annotation -> annotation.classSymbol().equals(DRIVER_MODULE))
                .findFirst()
                .map(Declaration::of)
                .orElse(NONE);
    }

    private static Declaration of(Annotation annotation) {
        Declaration declaration = NONE;
        for (AnnotationElement element : annotation.elements()) {
            declaration = declaration.with(element.name().stringValue(), element.value());
        }
        return declaration;
    }

    private Declaration with(String name, AnnotationValue value) {
        String text = value instanceof AnnotationValue.OfString string ? printable(string.stringValue()) : "";
        return switch (name) {
            case "licence" -> new Declaration(text, author, description, test);
            case "author" -> new Declaration(licence, text, description, test);
            case "description" -> new Declaration(licence, author, text, test);
            case "test" ->
                new Declaration(
                        licence,
                        author,
                        description,
                        value instanceof AnnotationValue.OfBoolean flag && flag.booleanValue());
            default -> this;
        };
    }

    /** It goes to logs and terminals. */
    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .limit(200)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** The licence for people. */
    String licenceText() {
        return licence.isEmpty() ? "none declared" : licence;
    }
}
