// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An SPDX licence expression: identifiers joined by AND, OR and WITH. WITH binds most, then AND, then OR.
 * An identifier that the table does not know is understood as a licence nobody knows.
 */
sealed interface LicenceExpression {
    /** One licence; {@code orLater} for a plus sign behind it. */
    record Licence(String id, boolean orLater) implements LicenceExpression {}

    /** A licence with an exception from it. */
    record With(Licence licence, String exception) implements LicenceExpression {}

    /** All of these apply. */
    record And(List<LicenceExpression> terms) implements LicenceExpression {}

    /** The user may choose one. */
    record Or(List<LicenceExpression> terms) implements LicenceExpression {}

    /**
     * Parses an expression.
     *
     * @throws IllegalArgumentException if it is none; the message says where
     */
    static LicenceExpression parse(String text) {
        return new Parser(text).parse();
    }

    /** A parser by recursive descent; how deep parentheses may be nested is limited. */
    final class Parser {
        private static final int DEEPEST = 32;
        private final String text;
        private final List<String> tokens;
        private int next;
        private int depth;

        Parser(String text) {
            this.text = text;
            this.tokens = tokens(text);
        }

        private static List<String> tokens(String text) {
            List<String> tokens = new ArrayList<>();
            String spaced = text.replace("(", " ( ").replace(")", " ) ").strip();
            for (String token : spaced.split("\\s+")) {
                if (!token.isEmpty()) {
                    tokens.add(token);
                }
            }
            return tokens;
        }

        LicenceExpression parse() {
            LicenceExpression expression = or();
            if (next < tokens.size()) {
                throw error("expected AND or OR, found " + tokens.get(next));
            }
            return expression;
        }

        private LicenceExpression or() {
            List<LicenceExpression> terms = new ArrayList<>(List.of(and()));
            while (tryTake("OR")) {
                terms.add(and());
            }
            return terms.size() == 1 ? terms.getFirst() : new Or(List.copyOf(terms));
        }

        private LicenceExpression and() {
            List<LicenceExpression> terms = new ArrayList<>(List.of(term()));
            while (tryTake("AND")) {
                terms.add(term());
            }
            return terms.size() == 1 ? terms.getFirst() : new And(List.copyOf(terms));
        }

        private LicenceExpression term() {
            if (!tryTake("(")) {
                Licence licence = licence(identifier());
                return tryTake("WITH") ? new With(licence, identifier()) : licence;
            }
            if (++depth > DEEPEST) {
                throw error("parentheses are nested too deep");
            }
            LicenceExpression inner = or();
            if (!tryTake(")")) {
                throw error("a parenthesis is not closed");
            }
            depth--;
            return inner;
        }

        private static Licence licence(String id) {
            return id.endsWith("+") ? new Licence(id.substring(0, id.length() - 1), true) : new Licence(id, false);
        }

        private String identifier() {
            if (next == tokens.size()
                    || !tokens.get(next).matches("[A-Za-z0-9.:-]+\\+?")
                    || isOperator(tokens.get(next))) {
                throw error("expected a licence" + (next == tokens.size() ? "" : ", found " + tokens.get(next)));
            }
            return tokens.get(next++);
        }

        private static boolean isOperator(String token) {
            return List.of("AND", "OR", "WITH").contains(token.toUpperCase(Locale.ROOT));
        }

        /** Operators are all upper case or all lower case. */
        private boolean tryTake(String token) {
            if (next == tokens.size()) {
                return false;
            }
            String found = tokens.get(next);
            boolean taken = found.equals(token) || found.equals(token.toLowerCase(Locale.ROOT));
            next += taken ? 1 : 0;
            return taken;
        }

        private IllegalArgumentException error(String what) {
            return new IllegalArgumentException("not an SPDX expression: \"" + text + "\": " + what);
        }
    }
}
