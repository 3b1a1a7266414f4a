// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/**
 * One measurement of one side. What does not apply is not a number.
 *
 * @param rate accesses or pages a second
 * @param p50Ns of an access, or of a batch
 * @param p99Ns the same
 * @param p999Ns the same
 * @param hits the share of accesses that needed no read of the disk
 * @param full the share of the memory that the file may have that it had in the end
 * @param besideBytes bytes a second of what ran beside
 * @param dramBytes all the DRAM that the side took for the data, compressed pages included
 */
record Sample(
        double rate,
        double p50Ns,
        double p99Ns,
        double p999Ns,
        double hits,
        double full,
        double besideBytes,
        double dramBytes) {
    private static final double NONE = Double.NaN;

    /** Of a side that tells nothing but its rate. */
    static Sample ofRate(double rate) {
        return new Sample(rate, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
    }

    /** As {@code file_loop.c} prints it: rate, three times, hits, full, beside; {@code nan} for what it does not know. */
    static Sample ofFile(String line) {
        double[] numbers = numbers(line, 7);
        return ofRate(numbers[0]).times(numbers[1], numbers[2], numbers[3]).file(numbers[4], numbers[5], numbers[6]);
    }

    /** As {@code tier_loop.c} prints it: rate, three times, DRAM. */
    static Sample ofTier(String line) {
        double[] numbers = numbers(line, 5);
        return ofRate(numbers[0]).times(numbers[1], numbers[2], numbers[3]).dram(numbers[4]);
    }

    private static double[] numbers(String line, int count) {
        String[] words = line.strip().split(" ", -1);
        if (words.length != count) {
            throw new IllegalArgumentException("not " + count + " numbers: " + line);
        }
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = words[i].endsWith("nan") ? NONE : Double.parseDouble(words[i]);
        }
        return numbers;
    }

    Sample times(TouchTimes times) {
        return times((double) times.p50Ns(), (double) times.p99Ns(), (double) times.p999Ns());
    }

    private Sample times(double p50, double p99, double p999) {
        return new Sample(rate, p50, p99, p999, hits, full, besideBytes, dramBytes);
    }

    Sample file(double itsHits, double itsFull, double itsBeside) {
        return new Sample(rate, p50Ns, p99Ns, p999Ns, itsHits, itsFull, itsBeside, dramBytes);
    }

    Sample dram(double bytes) {
        return new Sample(rate, p50Ns, p99Ns, p999Ns, hits, full, besideBytes, bytes);
    }
}
