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

    /** Of a region: the memfd of its page words. */
    public static final int WORDS = 1;

    /** Of a region: the memfd that counts the pins of each page. */
    public static final int PINS = 2;

    /** Of a region that is shared: its memory, open for reading only. */
    public static final int READER = 3;

    /** Of a region that several applications share: the memfd of its manager's counters. */
    public static final String SHARED = "shared";

    /** Above the keys of all applications that share a region; each is a session of its own. */
    public static final String PEERS = "peer";

    /** Behind the key of one of those: where it has the region. Its address, and whether it can write, eight bytes each. */
    public static final String MAPPING = "/mapping";

    private KeptLayout() {}

    /** The key of one that shares a region: its {@link Request.Hello}, and the descriptors of a session. */
    public static String peer(int number) {
        return PEERS + "/" + number;
    }

    /** The key of where a peer has the region. */
    public static String mapping(int number) {
        return peer(number) + MAPPING;
    }

    /** The number of the peer that a key is of; -1 if it is of something else, or of a part of one. */
    public static int peerOf(String key) {
        return number(key, PEERS);
    }

    /** The key of a region: how it was made, {@link Request.CreateRegion}. What belongs to it is below. */
    public static String region(int id) {
        return REGIONS + "/" + id;
    }

    /** The number of the region that a key is of; -1 if it is of something else, or of a part of one. */
    public static int regionOf(String key) {
        return number(key, REGIONS);
    }

    private static int number(String key, String above) {
        String number = key.startsWith(above + "/") ? key.substring(above.length() + 1) : "";
        return number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : -1;
    }
}
