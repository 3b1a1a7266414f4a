// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The operations that suit a region, and which of them is next. */
final class Plan {
    private final List<Operation> operations;
    private final List<Operation> clearing;
    private final int weights;

    Plan(FileMode mode) {
        operations =
                Stream.of(Operation.values()).filter(one -> one.suits(mode)).toList();
        clearing = Operation.CLEARING.stream().filter(operations::contains).toList();
        weights = operations.stream().mapToInt(Operation::weight).sum();
    }

    List<Operation> operations() {
        return operations;
    }

    /** The next one. With too much content, every eighth gives some up. */
    Operation choose(SplittableRandom random, boolean full) {
        if (full && random.nextInt(8) == 0) {
            return clearing.get(random.nextInt(clearing.size()));
        }
        int roll = random.nextInt(weights);
        for (Operation operation : operations) {
            roll -= operation.weight();
            if (roll < 0) {
                return operation;
            }
        }
        throw new IllegalStateException("weights do not add up");
    }
}
