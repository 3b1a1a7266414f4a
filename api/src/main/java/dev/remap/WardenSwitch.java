// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.wire.Connection;
import dev.remap.wire.KeeperMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The switch where io_uring is not permitted: a process that holds duplicates of the userfaultfd, the pipe and each region's memfd, and
 * does nothing until the pipe hangs up. It reads what this process had sent before that first, so nothing has to be acknowledged.
 */
final class WardenSwitch implements DeadMansSwitch {
    private static final System.Logger LOG = System.getLogger(WardenSwitch.class.getName());
    private static final byte[] NOTHING = {};

    private final Process process;
    private final Connection<KeeperMessage, KeeperMessage> channel;

    private WardenSwitch(Process process, Connection<KeeperMessage, KeeperMessage> channel) {
        this.process = process;
        this.channel = channel;
    }

    static WardenSwitch start(LivenessPipe pipe, Faultfd faultfd, Duration timeout) throws RemapException {
        ManagerProcess.Started started = ManagerProcess.startWarden(timeout);
        WardenSwitch made = new WardenSwitch(started.process(), Connection.keeperChannel(started.socket()));
        made.send(new KeeperMessage.Keep("warden", NOTHING), faultfd.fd(), pipe.readEnd());
        return made;
    }

    @Override
    public void cover(int memfd, long address, long size) throws RemapException {
        byte[] range = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(address)
                .putLong(size)
                .array();
        send(new KeeperMessage.Keep(key(memfd), range), memfd);
    }

    @Override
    public void uncover(int memfd) {
        try {
            send(new KeeperMessage.Drop(key(memfd)));
        } catch (RemapException e) {
            LOG.log(System.Logger.Level.WARNING, "the dead man's switch is off", e);
        }
    }

    private static String key(int memfd) {
        return "region/" + memfd;
    }

    private void send(KeeperMessage message, int... fds) throws RemapException {
        try {
            channel.send(0, message, fds);
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.IO,
                    "the process that ends faults when the manager dies has ended: " + e.getMessage(),
                    "Its messages are on this process's standard error. Open another Remap.",
                    e);
        }
    }

    /** It unregisters ranges, and leaves the userfaultfd open. */
    @Override
    public boolean awaitFired(long timeoutMs) {
        return false;
    }

    @Override
    public void close() {
        try {
            channel.send(0, new KeeperMessage.Farewell());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the warden has ended before", e);
        }
        channel.close();
        ManagerProcess.await(process, 0);
    }
}
