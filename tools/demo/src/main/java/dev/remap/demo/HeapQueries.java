// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import io.trino.tpch.LineItem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Q1 and Q6 over the generated rows themselves, one by one, as they are made: what the answers are if nothing ever passes through a
 * region. Not thread-safe.
 */
final class HeapQueries {
    private final Map<String, PricingSums> groups = new TreeMap<>();
    private long revenueE4;
    private long rows;

    void add(LineItem row) {
        rows++;
        if (row.getShipDate() <= PricingSummary.LAST_SHIP_DATE) {
            groups.computeIfAbsent(row.getReturnFlag() + row.getStatus(), key -> new PricingSums())
                    .add(
                            row.getQuantity(),
                            row.getExtendedPriceInCents(),
                            row.getDiscountPercent(),
                            row.getTaxPercent());
        }
        if (RevenueForecast.qualifies(row.getShipDate(), row.getDiscountPercent(), row.getQuantity())) {
            revenueE4 += row.getExtendedPriceInCents() * row.getDiscountPercent();
        }
    }

    long rows() {
        return rows;
    }

    Answers answers() {
        List<PricingRow> pricing = new ArrayList<>();
        groups.forEach((key, sums) -> pricing.add(sums.toRow(key.charAt(0), key.charAt(1))));
        return new Answers(pricing, BigDecimal.valueOf(revenueE4, 4));
    }
}
