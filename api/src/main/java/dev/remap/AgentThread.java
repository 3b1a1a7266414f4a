// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.wire.AgentMessage;
import dev.remap.wire.Connection;
import dev.remap.wire.Received;
import java.io.IOException;

/** The thread that does to this process's mappings what the manager cannot do from outside. */
final class AgentThread implements AutoCloseable {
    private final Connection<AgentMessage, AgentMessage> channel;
    private final ManagedRegions regions;

    /** Takes over the socket and starts. */
    AgentThread(int socket, ManagedRegions regions) {
        channel = Connection.agentChannel(socket);
        this.regions = regions;
        Thread thread = new Thread(this::serve, "remap-agent");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        try {
            for (Received<AgentMessage> received = channel.receive(); received != null; received = channel.receive()) {
                if (received.message() instanceof AgentMessage.Zap zap) {
                    channel.send(0, new AgentMessage.ZapDone(zap.sequence(), zap(zap)));
                }
            }
        } catch (IOException e) {
            System.getLogger(AgentThread.class.getName()).log(System.Logger.Level.DEBUG, "the manager has gone", e);
        }
    }

    private int zap(AgentMessage.Zap zap) {
        int result = 0;
        for (int i = 0; i < zap.starts().length; i++) {
            long start = zap.starts()[i];
            long length = zap.lengths()[i];
            long done = regions.zap(start, length);
            result = done < 0 ? (int) done : result;
        }
        return result;
    }

    @Override
    public void close() {
        channel.close();
    }
}
