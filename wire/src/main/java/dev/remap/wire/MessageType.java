// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import org.jspecify.annotations.Nullable;

/** The number that names a message's kind, and how many descriptors may come with it. Append-only. */
enum MessageType {
    HELLO(1, Protocol.MAX_FDS),
    CREATE_REGION(2, Protocol.MAX_FDS),
    LOAD(3, 0),
    PIN(4, 0),
    UNPIN(5, 0),
    ADVISE(6, 0),
    PAGE_OUT(7, 0),
    DISCARD(8, 0),
    FAILURES(9, 0),
    REPAIR(10, 0),
    CLOSE_BEGIN(11, 0),
    CLOSE_END(12, 0),
    BYE(13, 0),
    OPEN_FILE(14, 1),
    CLOSE_FILE(15, 0),
    FORCE(16, 0),
    FILE_STATE(17, 0),
    READ(18, 0),
    RESUME(19, 0),
    JOIN(20, 0),
    SET_BUDGET(21, 0),
    OPEN_REGION(22, 0),
    ADOPT_REGION(23, 0),
    REMOVE_REGION(24, 0),
    UPGRADE(25, 0),
    PROTECT(26, 0),
    BIND_DEVICE(27, 0),
    UNBIND_DEVICE(28, 0),
    COMMAND_DEVICE(29, 0),
    LIST_DEVICES(30, 0),
    JOIN_REGION(31, 0),

    DONE(65, 0),
    FAILED(66, 0),
    WELCOME(67, Protocol.MAX_FDS),
    REGION_CREATED(68, Protocol.MAX_FDS),
    FAILURE_LIST(69, 0),
    TAKEN_OVER(70, 0),
    ADMITTED(71, 1),
    REGION_FOUND(72, 1),
    DEVICE_LIST(73, 0),

    ZAP(129, 0),
    ZAP_DONE(130, 0),

    KEEP(161, Protocol.MAX_FDS),
    DROP(162, 0),
    READY(163, 0),
    FAREWELL(164, 0),
    RELEASE(165, 0),
    SERVE(166, 1),
    CLAIM(167, 0),
    CLAIMED(168, 0),
    WISH(169, 0),
    PEER(170, 1);

    private static final MessageType[] BY_NUMBER = new MessageType[PEER.number + 1];

    static {
        for (MessageType type : values()) {
            BY_NUMBER[type.number] = type;
        }
    }

    final int number;
    final int maxFds;

    MessageType(int number, int maxFds) {
        this.number = number;
        this.maxFds = maxFds;
    }

    /**
     * Whether every version reads it. The layouts of these, and of the header, are frozen: a later version may append fields and
     * nothing else, so that two processes of different versions can still tell each other so.
     */
    boolean isReadByEveryVersion() {
        return this == HELLO
                || this == WELCOME
                || this == JOIN
                || this == ADMITTED
                || this == UPGRADE
                || this == JOIN_REGION
                || this == FAILED;
    }

    static @Nullable MessageType of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
