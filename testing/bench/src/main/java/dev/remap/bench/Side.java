// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;

/** One line of a group: Remap in one way, or a peer. */
interface Side {
    /** What the line says it is. */
    String words();

    /** Begins cold, warms up, measures. */
    Sample measure(int round) throws IOException, InterruptedException;

    /** A side from its two parts. */
    static Side of(String words, Measurement measurement) {
        return new Side() {
            @Override
            public String words() {
                return words;
            }

            @Override
            public Sample measure(int round) throws IOException, InterruptedException {
                return measurement.take(round);
            }
        };
    }

    /** What {@link #measure} does. */
    interface Measurement {
        Sample take(int round) throws IOException, InterruptedException;
    }
}
