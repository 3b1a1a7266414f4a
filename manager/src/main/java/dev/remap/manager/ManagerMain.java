// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.linux.NativeAccess;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.ManagerRuntime;
import dev.remap.wire.MeetingPoint;
import java.io.IOException;
import java.util.List;

/**
 * Remap's manager. An application starts it with the name of an abstract socket it listens on; the manager connects, checks that it
 * really is that application's socket, and serves it until it ends.
 */
public final class ManagerMain {
    private static final System.Logger LOG = System.getLogger(ManagerMain.class.getName());
    /** The first argument of a standby. */
    static final String STANDBY = "--standby";

    /** The first argument of a {@link Warden}. */
    static final String WARDEN = "--warden";

    /** The first argument of a manager that a broker starts. */
    static final String SERVED = "--served";

    private static final int EXIT_USAGE = 2;
    private static final int EXIT_FAILED = 70;

    private ManagerMain() {}

    /**
     * Arguments of a manager: the socket's abstract name, the application's process id. Of a standby: {@value #STANDBY}, the socket's
     * abstract name, the manager's process id. Of a process that ends faults: {@value #WARDEN}, and as for a manager. Of a manager that a
     * broker starts: {@value #SERVED}, the socket's abstract name, the broker's process id. The name may be {@value ManagerJvm#TOLD}: then
     * it is read from the standard input.
     */
    public static void main(String[] args) {
        String role = args.length == 3 ? args[0] : "";
        if (args.length != 2 && !List.of(STANDBY, WARDEN, SERVED).contains(role)) {
            System.err.println("usage: ManagerMain ABSTRACT-SOCKET APPLICATION-PID (started by dev.remap.Remap.open)");
            System.exit(EXIT_USAGE);
            return;
        }
        try {
            String socketName = name(args[args.length - 2]);
            int pid = Integer.parseInt(args[args.length - 1]);
            switch (role) {
                case STANDBY -> standBy(socketName, pid);
                case WARDEN -> Warden.run(socketName, pid);
                case SERVED -> BrokeredService.run(socketName, pid);
                default -> serve(socketName, pid);
            }
            ScratchDirectory.remove();
            Runtime.getRuntime().halt(0);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the manager ends: " + e.getMessage(), e);
            ScratchDirectory.remove();
            Runtime.getRuntime().halt(EXIT_FAILED);
        }
    }

    /** What was given, or told: the native calls are linked while the other process gets ready to tell. */
    private static String name(String given) throws IOException {
        if (!given.equals(ManagerJvm.TOLD)) {
            return given;
        }
        if (NativeAccess.problem() != null) {
            throw new IOException(NativeAccess.problem());
        }
        StringBuilder told = new StringBuilder();
        int next = System.in.read();
        while (next > '\n') { // not until its end, which a child of the application may hold open
            told.append((char) next);
            next = System.in.read();
        }
        if (told.isEmpty()) {
            throw new IOException("the application gave up before it said where to meet it");
        }
        return told.toString();
    }

    private static void serve(String socketName, int applicationPid) throws IOException {
        if (Boolean.getBoolean(ManagerRuntime.REHEARSE_PROPERTY)) {
            Rehearsal.run();
        }
        int socket = MeetingPoint.connect(socketName, applicationPid);
        ApplicationSession session = ApplicationSession.greet(socket, applicationPid);
        if (session != null) {
            session.serve();
        }
    }

    private static void standBy(String socketName, int managerPid) throws IOException {
        Standby.Legacy legacy = Standby.await(socketName, managerPid);
        if (legacy != null) {
            legacy.prepared().takeOver(legacy.diedNs()).serve();
        }
    }
}
