// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

/**
 * One reason not to load a driver.
 *
 * @param symbol what it uses, or what of it is wrong
 * @param user the first of its classes that does; empty if it is not about a class
 * @param what the symbol's class of export and reason, or what is wrong
 * @param remedy what its author or the operator can do
 * @param forcible whether an operator may have it loaded nevertheless
 */
public record Offence(String symbol, String user, String what, String remedy, boolean forcible) {
    static Offence of(String symbol, String user, String what, String remedy) {
        return new Offence(symbol, user, what, remedy, false);
    }

    @Override
    public String toString() {
        return symbol + (user.isEmpty() ? "" : ", used by " + user) + ": " + what + ". " + remedy;
    }
}
