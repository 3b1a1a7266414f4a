// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.export;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The class of an export. Every exported package of {@code api}, {@code driver-api} and {@code core} has one. On a type or a member it
 * makes that stricter than its package, never laxer.
 *
 * <p>The manager's loader of drivers reads it in class files; no program has to have it at run time.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.PACKAGE, ElementType.TYPE, ElementType.METHOD, ElementType.CONSTRUCTOR, ElementType.FIELD})
public @interface Exported {
    /** Who may use it. */
    ExportClass value();

    /** The release that has it first under this class. */
    String since();

    /** Why it has this class: what a driver's author is told who is refused. */
    String reason();

    /** The only modules it is for, if it is not for all that its class admits; {@code *} at the end of a name stands for any rest. */
    String[] modules() default {};
}
