// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/** Keys that a manager keeps things under, and the order of their descriptors, as far as whoever keeps them has to understand it. */
public final class KeptLayout {
    /** The application that is served: its {@link Request.Hello}, and the descriptors below. */
    public static final String SESSION = "session";

    /** In a session: the socket of requests. */
    public static final int CONTROL = 0;

    /** In a session: the socket of the application's agent. */
    public static final int AGENT = 1;

    /** In a session. */
    public static final int USERFAULTFD = 2;

    /** In a session: the memfd that bytes are read into. */
    public static final int TRANSFER = 3;

    /** In a session: the memfd of the shared counters. */
    public static final int COUNTERS = 4;

    /** In a session: a pidfd of the application. */
    public static final int APPLICATION = 5;

    /** In a session: the write end of the pipe whose last closing tells the application that no manager is left. */
    public static final int LIVENESS = 6;

    /** The descriptors of a session. */
    public static final int SESSION_FDS = 7;

    /** Above the keys of all regions. */
    public static final String REGIONS = "region";

    /** Of a region: the memfd of its pages. */
    public static final int MEMORY = 0;

    private KeptLayout() {}

    /** The key of a region: how it was made, {@link Request.CreateRegion}. What belongs to it is below. */
    public static String region(int id) {
        return REGIONS + "/" + id;
    }

    /** The number of the region that a key is of; -1 if it is of something else, or of a part of one. */
    public static int regionOf(String key) {
        String number = key.startsWith(REGIONS + "/") ? key.substring(REGIONS.length() + 1) : "";
        return number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : -1;
    }
}
