// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.linux.UnixSocket;
import dev.remap.wire.Connection;
import dev.remap.wire.Protocol;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.nio.file.Path;

/** Asks a broker, whose socket is the argument, for what only its administrator may ask. */
final class PresumptuousMain {
    private PresumptuousMain() {}

    public static void main(String[] arguments) throws IOException {
        int fd = (int) UnixSocket.connect(Path.of(arguments[0]));
        try (Connection<Request, Reply> connection = Connection.toManager(fd)) {
            connection.send(1, new Request.Upgrade(Protocol.VERSION, ""));
            System.out.println("answer " + connection.receive());
        }
    }
}
