// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

/** Where a fault can strike. */
enum FaultPoint {
    UFFD_READ("uffd.read"),
    UFFD_COPY("uffd.copy"),
    UFFD_CONTINUE("uffd.continue"),
    UFFD_PROTECT("uffd.protect"),
    UFFD_UNPROTECT("uffd.unprotect"),
    UFFD_POISON("uffd.poison"),
    UFFD_WAKE("uffd.wake"),
    MEMFD_CREATE("memfd.create"),
    MEMFD_READ("memfd.read"),
    MEMFD_PUNCH("memfd.punch"),
    FILE_OPEN("file.open"),
    FILE_READ("file.read"),
    FILE_WRITE("file.write"),
    FILE_PUNCH("file.punch"),
    FILE_SYNC("file.sync"),
    FILE_STAT("file.stat"),
    RING_SETUP("ring.setup"),
    RING_ENTER("ring.enter"),
    MEMORY_MAP("memory.map"),
    MEMORY_ADVISE("memory.advise"),
    SOCKET_SEND("socket.send"),
    SOCKET_RECEIVE("socket.receive"),
    TIER_STORE("tier.store"),
    TIER_FETCH("tier.fetch");

    private final String text;

    FaultPoint(String text) {
        this.text = text;
    }

    static FaultPoint of(String text) {
        for (FaultPoint point : values()) {
            if (point.text.equals(text)) {
                return point;
            }
        }
        throw new IllegalArgumentException("no point of failure is called \"" + text + "\"");
    }

    @Override
    public String toString() {
        return text;
    }
}
