// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether code under a licence may be combined with code under GPL-2.0, as the Free Software Foundation's list of licences has it. What is
 * not in the table is not compatible: a licence nobody here knows, a misspelt one, none at all. A table of Remap's own, since the SPDX
 * library takes most of a second and ten jars to say less: it knows names, not what goes with what.
 */
final class GplCompatibility {
    /** Names as SPDX spells them, those it has deprecated included. */
    private static final Set<String> COMPATIBLE = ids("""
            0BSD Artistic-2.0 BSD-1-Clause BSD-2-Clause BSD-2-Clause-Views BSD-3-Clause
            BSD-3-Clause-Clear BSL-1.0 bzip2-1.0.6 CC0-1.0 CECILL-2.0 CECILL-2.1 ClArtistic curl
            FSFAP FSFUL FSFULLR GPL-1.0+ GPL-1.0-or-later GPL-2.0 GPL-2.0+ GPL-2.0-only GPL-2.0-or-later HPND ICU
            ISC LGPL-2.0 LGPL-2.0+ LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1 LGPL-2.1+ LGPL-2.1-only
            LGPL-2.1-or-later libpng-2.0 Libpng MIT MIT-0 MIT-Modern-Variant MPL-2.0 NCSA NTP OLDAP-2.7
            PostgreSQL PSF-2.0 Python-2.0.1 Sleepycat SMLNJ Unicode-3.0 Unlicense UPL-1.0 Vim W3C WTFPL X11 Zlib ZPL-2.0 ZPL-2.1
            """);

    /** Exceptions that only ever allow more than the licence does. */
    private static final Set<String> EXCEPTIONS = ids("""
            Autoconf-exception-2.0 Bison-exception-2.2 Bootloader-exception Classpath-exception-2.0 eCos-exception-2.0
            FLTK-exception Font-exception-2.0 freertos-exception-2.0 GCC-exception-2.0 Libtool-exception
            Linux-syscall-note LLVM-exception mif-exception OpenJDK-assembly-exception-1.0 openvpn-openssl-exception
            Universal-FOSS-exception-1.0 u-boot-exception-2.0 WxWindows-exception-3.1
            """);

    /** Exceptions that make a licence compatible that is not. */
    private static final Map<String, String> CURES = Map.of("apache-2.0", "llvm-exception");

    private GplCompatibility() {}

    private static Set<String> ids(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .map(id -> id.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Every licence in the table, lower case. */
    static Set<String> licences() {
        return new TreeSet<>(COMPATIBLE);
    }

    /** Every exception in the table, lower case. */
    static Set<String> exceptions() {
        return new TreeSet<>(EXCEPTIONS);
    }

    /** Whether an expression is compatible; false if it is not one, or empty. */
    static boolean of(String expression) {
        try {
            return of(LicenceExpression.parse(expression));
        } catch (IllegalArgumentException notAnExpression) {
            return false;
        }
    }

    private static boolean of(LicenceExpression expression) {
        return switch (expression) {
            case LicenceExpression.Licence licence -> isCompatible(licence);
            case LicenceExpression.With with -> isCompatible(with);
            case LicenceExpression.And and -> and.terms().stream().allMatch(GplCompatibility::of);
            case LicenceExpression.Or or -> or.terms().stream().anyMatch(GplCompatibility::of);
        };
    }

    private static boolean isCompatible(LicenceExpression.Licence licence) {
        String id = licence.id().toLowerCase(Locale.ROOT);
        return COMPATIBLE.contains(id) || (licence.orLater() && COMPATIBLE.contains(id + "+"));
    }

    private static boolean isCompatible(LicenceExpression.With with) {
        String exception = with.exception().toLowerCase(Locale.ROOT);
        String licence = with.licence().id().toLowerCase(Locale.ROOT);
        return EXCEPTIONS.contains(exception) && (isCompatible(with.licence()) || exception.equals(CURES.get(licence)));
    }
}
