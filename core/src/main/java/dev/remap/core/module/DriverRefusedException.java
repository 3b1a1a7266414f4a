// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.util.List;

/** A driver is not loaded; the message names it, its licence, and everything that is against it. */
public final class DriverRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Offence> offences;

    DriverRefusedException(String driver, String licence, List<Offence> offences) {
        super(message(driver, licence, offences));
        this.offences = List.copyOf(offences);
    }

    private static String message(String driver, String licence, List<Offence> offences) {
        StringBuilder text = new StringBuilder("driver ").append(driver).append(" is refused: ");
        text.append(offences.size()).append(offences.size() == 1 ? " offence" : " offences");
        text.append("; its licence: ").append(licence);
        for (int i = 0; i < offences.size(); i++) {
            text.append("\n  ").append(i + 1).append(". ").append(offences.get(i));
        }
        return text.toString();
    }

    /** All of them, not only the first. */
    public List<Offence> offences() {
        return offences;
    }
}
