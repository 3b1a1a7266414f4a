// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a driver declares about itself, on its module declaration. Read from the class file before any of the driver's code runs.
 *
 * <p>The licence is its author's claim; the loader acts on it and cannot check it. It is no legal advice either way.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.MODULE)
public @interface DriverModule {
    /**
     * An SPDX licence expression, for instance {@code GPL-2.0-only} or {@code MIT OR GPL-2.0-only}. Exports of class GPL_ONLY are for
     * expressions that are compatible with GPL-2.0; one that is not understood is not.
     */
    String licence();

    /** Who made it, for people. */
    String author();

    /** What it is, in a sentence. */
    String description();

    /** Whether it is for tests only: the manager that loads it is marked. */
    boolean test() default false;
}
