// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GplCompatibilityTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GPL-2.0-only",
                "GPL-2.0-or-later",
                "GPL-2.0+",
                "gpl-2.0-ONLY",
                "LGPL-2.1-or-later",
                "MIT",
                "BSD-3-Clause",
                "MPL-2.0",
                "CC0-1.0",
                "GPL-2.0-only WITH Classpath-exception-2.0",
                "Apache-2.0 WITH LLVM-exception",
                "MIT OR GPL-2.0-only",
                "Apache-2.0 OR GPL-2.0-only",
                "mit or apache-2.0",
                "LicenseRef-Acme OR GPL-2.0-or-later",
                "MIT AND BSD-2-Clause",
                "(MIT OR Apache-2.0) AND GPL-2.0-only",
                "Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)",
                "MIT AND Apache-2.0 OR ISC"
            })
    void compatible(String expression) {
        assertThat(GplCompatibility.of(expression)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "Apache-2.0",
                "GPL-3.0-only",
                "GPL-3.0-or-later",
                "LGPL-3.0-only",
                "AGPL-3.0-or-later",
                "BSD-4-Clause",
                "CDDL-1.0",
                "EPL-2.0",
                "MPL-1.1",
                "MPL-2.0-no-copyleft-exception",
                "OpenSSL",
                "Proprietary",
                "LicenseRef-Acme",
                "DocumentRef-acme:LicenseRef-Acme",
                "NONE",
                "NOASSERTION",
                "GPL",
                "GPL v2",
                "GPL-2.0-only WITH Acme-exception",
                "GPL-3.0-only WITH GCC-exception-3.1",
                "Apache-2.0 WITH Classpath-exception-2.0",
                "GPL-2.0-only AND Apache-2.0",
                "GPL-2.0-only AND LicenseRef-Acme",
                "MIT AND (Apache-2.0 OR EPL-2.0)",
                "Apache-2.0+",
                "MIT OR",
                "OR MIT",
                "MIT GPL-2.0-only",
                "(MIT",
                "MIT)",
                "MIT Or GPL-2.0-only",
                "MIT, GPL-2.0-only",
                "GPL-2.0-only WITH",
                "WITH Classpath-exception-2.0",
                "(GPL-2.0-only) WITH Classpath-exception-2.0"
            })
    void notCompatibleOrNotKnownToBe(String expression) {
        assertThat(GplCompatibility.of(expression)).isFalse();
    }

    @Test
    void withBindsMostThenAndThenOr() {
        assertThat(LicenceExpression.parse("A OR B AND C WITH D"))
                .isEqualTo(new LicenceExpression.Or(List.of(
                        new LicenceExpression.Licence("A", false),
                        new LicenceExpression.And(List.of(
                                new LicenceExpression.Licence("B", false),
                                new LicenceExpression.With(new LicenceExpression.Licence("C", false), "D"))))));
    }

    @Test
    void parenthesesMayNotBeNestedForEver() {
        String deep = "(".repeat(5000) + "MIT" + ")".repeat(5000);
        assertThatThrownBy(() -> LicenceExpression.parse(deep)).hasMessageContaining("nested too deep");
        assertThat(GplCompatibility.of("(".repeat(20) + "MIT" + ")".repeat(20))).isTrue();
    }
}
