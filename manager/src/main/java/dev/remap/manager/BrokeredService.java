// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.wire.Connection;
import dev.remap.wire.KeeperMessage;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.KeptLayout;
import dev.remap.wire.MeetingPoint;
import dev.remap.wire.Received;
import dev.remap.wire.Request;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A manager that a broker has started: for an application that has joined, or in the place of a manager that has died. */
final class BrokeredService {
    private BrokeredService() {}

    /** Serves until the application ends. */
    static void run(String socketName, int brokerPid) throws IOException {
        int socket = MeetingPoint.connect(socketName, brokerPid);
        // Never closed: this and what keepsakes have of it are one socket, which BrokerLink reads from once this is
        // done.
        Connection<KeeperMessage, KeeperMessage> channel = Connection.keeperChannel(socket);
        Received<KeeperMessage> first = channel.receive();
        if (first == null || !(first.message() instanceof KeeperMessage.Serve terms)) {
            throw new IOException("the broker does not say whom to serve: " + first);
        }
        Keepsakes keepsakes = new Keepsakes();
        BrokerLink.keep(keepsakes, terms, socket);
        Session session = first.fds().length == 1
                ? ApplicationSession.greet(first.fds()[0], terms.pid(), hello -> served(hello, terms), keepsakes)
                : succeed(channel, terms, keepsakes);
        if (session != null) {
            session.serve();
        }
    }

    /** The application has a say in how much DRAM it gets, not in where the manager writes. */
    private static Request.Hello served(Request.Hello hello, KeeperMessage.Serve terms) {
        return new Request.Hello(
                hello.version(),
                terms.pid(),
                Math.min(hello.dramBudgetBytes(), terms.dramBytes()),
                hello.holdCpuLatency(),
                hello.kernelFaults(),
                hello.poison(),
                hello.budgetOrigin(),
                terms.spillDirectory(),
                terms.spillMaxBytes(),
                terms.standby());
    }

    private static @Nullable Session succeed(
            Connection<KeeperMessage, KeeperMessage> channel, KeeperMessage.Serve terms, Keepsakes keepsakes)
            throws IOException {
        if (terms.rehearse()) {
            Rehearsal.run();
            channel.send(0, new KeeperMessage.Ready());
        }
        Received<KeeperMessage> received = channel.receive();
        while (received != null && !(received.message() instanceof KeeperMessage.Ready)) {
            switch (received.message()) {
                case KeeperMessage.Keep keep ->
                    keepsakes.put(keep.key(), new Keepsakes.Kept(keep.value(), received.fds()));
                case KeeperMessage.Drop drop -> keepsakes.drop(drop.key());
                default -> throw new IOException("not for a manager that is to succeed: " + received.message());
            }
            received = channel.receive();
        }
        if (received == null) {
            return null; // the broker has died, or thought better of it
        }
        long diedNs = System.nanoTime();
        if (terms.region().isEmpty()) {
            return ApplicationSession.prepare(keepsakes).takeOver(diedNs);
        }
        return keepsakes.get(KeptLayout.SHARED) == null
                ? SharedSession.start(keepsakes)
                : SharedSession.prepare(keepsakes).takeOver(diedNs);
    }
}
