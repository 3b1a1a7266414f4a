// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.linux.Errno;
import dev.remap.linux.UnixSocket;
import dev.remap.wire.Connection;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code remap upgrade}. */
@Command(
        name = "upgrade",
        usageHelpWidth = 100,
        description = {
            "Replaces the managers of a broker by those of another release, while their applications go on: touches wait as they do when a"
                    + " standby takes over.",
            "Each new manager is started and has understood the old one's state before the old one ends; one that cannot leaves everything"
                    + " as it is. The broker itself stays what it is."
        })
final class UpgradeCommand implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            defaultValue = "/run/remap/remap.sock",
            description = "the broker's (default: ${DEFAULT-VALUE})")
    private Path socket = Path.of("");

    @Option(
            names = "--path",
            paramLabel = "FOLDER",
            defaultValue = "",
            description = "the jars of the release; default: the broker's own, which may have been replaced meanwhile")
    private String path = "";

    @Override
    public Integer call() {
        try {
            String modulePath =
                    path.isEmpty() ? "" : Path.of(path).toAbsolutePath().toString();
            System.out.println(ask(modulePath) + " managers replaced");
            return 0;
        } catch (IOException e) {
            System.err.println("remap upgrade: " + e.getMessage());
            return 1;
        }
    }

    private long ask(String modulePath) throws IOException {
        long fd = UnixSocket.connect(socket.toAbsolutePath());
        if (fd < 0) {
            throw new IOException(
                    "connect to " + socket + ": " + Errno.name(fd) + "; is there a broker (remap serve)?");
        }
        try (Connection<Request, Reply> connection = Connection.toManager((int) fd)) {
            connection.send(1, new Request.Upgrade(Protocol.VERSION, modulePath));
            Received<Reply> answer = connection.receive();
            if (answer != null && answer.message() instanceof Reply.Done done) {
                return done.value();
            }
            if (answer != null && answer.message() instanceof Reply.Failed failed) {
                throw new IOException(
                        failed.what() + "; nothing has changed for managers not replaced yet. " + failed.remedy());
            }
            throw new IOException("the broker answers " + answer);
        }
    }
}
