// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import dev.remap.linux.Errno;
import dev.remap.linux.UnixSocket;
import org.jspecify.annotations.Nullable;

/** What systemd is told, if it has started this process: {@code sd_notify(3)}. */
final class Service {
    private static final System.Logger LOG = System.getLogger(Service.class.getName());
    private static final long NS_PER_US = 1000;

    private final @Nullable String socket;
    private final long watchdogNs;
    private long lastNs = System.nanoTime();

    private Service(@Nullable String socket, long watchdogNs) {
        this.socket = socket;
        this.watchdogNs = watchdogNs;
    }

    /** As the environment says. */
    static Service ofEnvironment() {
        String watchdog = System.getenv("WATCHDOG_USEC");
        long ns = watchdog == null ? 0 : Long.parseLong(watchdog) * NS_PER_US;
        return new Service(System.getenv("NOTIFY_SOCKET"), ns);
    }

    void ready() {
        tell("READY=1\nSTATUS=Serving");
    }

    void stopping() {
        tell("STOPPING=1");
    }

    /** To be called often: tells the watchdog in time, twice in its period. */
    void alive() {
        long nowNs = System.nanoTime();
        if (watchdogNs > 0 && nowNs - lastNs > watchdogNs / 2) {
            lastNs = nowNs;
            tell("WATCHDOG=1");
        }
    }

    private void tell(String text) {
        if (socket == null) {
            return;
        }
        long result = UnixSocket.notify(socket, text);
        if (result < 0) {
            LOG.log(System.Logger.Level.WARNING, "systemd was not told {0}: {1}", text, Errno.name(result));
        }
    }
}
