// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import io.trino.tpch.Distributions;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.Order;
import io.trino.tpch.OrderGenerator;
import io.trino.tpch.TextPool;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** TPC-H's orders, each with its lines, as the generator makes them: by rising key, without end for all practical purposes. */
final class OrderSource {
    /** Nobody generates all of it: 84 GB. */
    private static final double SCALE = 100;

    private static final int TEXT_BYTES = 1 << 20;

    private final Iterator<Order> orders;
    private final Iterator<LineItem> lines;
    private final List<LineItem> linesOfOrder = new ArrayList<>();
    private LineItem next;

    OrderSource() {
        Distributions distributions = Distributions.getDefaultDistributions();
        TextPool texts = new TextPool(TEXT_BYTES, distributions);
        orders = new OrderGenerator(SCALE, 1, 1, distributions, texts).iterator();
        lines = new LineItemGenerator(SCALE, 1, 1, distributions, texts).iterator();
        next = lines.next();
    }

    /** The next order; {@link #lines} are its own then. */
    Order next() {
        Order order = orders.next();
        linesOfOrder.clear();
        while (next.getOrderKey() == order.getOrderKey()) {
            linesOfOrder.add(next);
            next = lines.next();
        }
        return order;
    }

    /** The lines of the order that {@link #next} gave. */
    List<LineItem> lines() {
        return linesOfOrder;
    }
}
