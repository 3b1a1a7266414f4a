// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import io.trino.tpch.LineItem;
import java.util.Locale;

/** The columns of {@code lineitem} that Q1 and Q6 read, each a region of 8-byte values. */
enum Column {
    QUANTITY,
    /** In cents. */
    EXTENDED_PRICE,
    /** In percent. */
    DISCOUNT,
    /** In percent. */
    TAX,
    /** A letter: A, N or R. */
    RETURN_FLAG,
    /** A letter: F or O. */
    LINE_STATUS,
    /** In days since 1970-01-01. */
    SHIP_DATE;

    static final int COUNT = values().length;

    /** The name of the region that holds the column. */
    String regionName() {
        return "lineitem." + name().toLowerCase(Locale.ROOT);
    }

    /** This column's value in a generated row. */
    long of(LineItem row) {
        return switch (this) {
            case QUANTITY -> row.getQuantity();
            case EXTENDED_PRICE -> row.getExtendedPriceInCents();
            case DISCOUNT -> row.getDiscountPercent();
            case TAX -> row.getTaxPercent();
            case RETURN_FLAG -> row.getReturnFlag().charAt(0);
            case LINE_STATUS -> row.getStatus().charAt(0);
            case SHIP_DATE -> row.getShipDate();
        };
    }
}
