// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/**
 * One measurement of one side. What does not apply is not a number.
 *
 * @param rate accesses or pages a second
 * @param p50Ns of an access, or of a batch
 * @param p99Ns the same
 * @param hits the share of accesses that needed no read of the disk
 * @param full the share of the memory that the file may have that it had in the end
 * @param besideBytes bytes a second of what ran beside
 */
record Sample(double rate, double p50Ns, double p99Ns, double hits, double full, double besideBytes) {
    /** Of a side that tells nothing but its rate. */
    static Sample ofRate(double rate) {
        return new Sample(rate, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /** As the C loop prints it: six numbers. */
    static Sample parse(String line) {
        String[] numbers = line.strip().split(" ", -1);
        if (numbers.length != 6) {
            throw new IllegalArgumentException("not six numbers: " + line);
        }
        return new Sample(
                Double.parseDouble(numbers[0]),
                Double.parseDouble(numbers[1]),
                Double.parseDouble(numbers[2]),
                Double.parseDouble(numbers[3]),
                Double.parseDouble(numbers[4]),
                Double.parseDouble(numbers[5]));
    }
}
