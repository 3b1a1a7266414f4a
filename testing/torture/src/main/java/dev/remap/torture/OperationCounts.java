// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often each operation was done. Thread-safe. */
final class OperationCounts {
    private static final int COLUMNS = 4;
    private final Map<Operation, LongAdder> counts = new EnumMap<>(Operation.class);

    OperationCounts() {
        for (Operation operation : Operation.values()) {
            counts.put(operation, new LongAdder());
        }
    }

    void add(Operation operation) {
        LongAdder count = counts.get(operation);
        if (count != null) {
            count.increment();
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int column = 0;
        for (Map.Entry<Operation, LongAdder> entry : counts.entrySet()) {
            text.append(String.format(
                    "  %-14s%,10d", entry.getKey(), entry.getValue().sum()));
            column = (column + 1) % COLUMNS;
            text.append(column == 0 ? System.lineSeparator() : "");
        }
        return text + (column == 0 ? "" : System.lineSeparator());
    }
}
