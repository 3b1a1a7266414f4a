// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.linux.Errno;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.linux.UffdPort;
import dev.remap.linux.UnixSocket;
import dev.remap.linux.Userfaultfd;
import dev.remap.linux.UserfaultfdAccess;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The JVM of one {@link SameJvmCase}, which may hang, and the one beside it that answers its faults. Touches one page that userfaultfd
 * watches over; prints {@code touching}, then {@code touch} and {@code collection} with the nanoseconds each took, as each ends.
 */
public final class SameJvmMain {
    /** What {@link LateHandler}'s thread and the touching one are called; the kernel shows 15 characters of it. */
    static final String HANDLER_THREAD = "answers-faults";

    static final String TOUCH_THREAD = "touches-a-page";

    private static final String HANDLER = "handler";
    private static final long PAGE = 4096;
    private static final long COLLECT_AFTER_MS = 100;
    private static final int ACCEPT_TIMEOUT_MS = 30_000;

    private SameJvmMain() {}

    /** A case by name, or {@code handler} and the socket to get a userfaultfd from. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals(HANDLER)) {
            answerFor(arguments[1]);
        } else {
            touch(SameJvmCase.valueOf(arguments[0]));
        }
    }

    private static void touch(SameJvmCase which) throws IOException, InterruptedException {
        int memfd = (int) check("memfd_create", Memfd.createSized("remap-same-jvm", PAGE));
        long address = check("mmap", Mmap.map(0, PAGE, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, memfd, 0));
        UserfaultfdAccess.Result access = UserfaultfdAccess.open(Userfaultfd.UFFD_FEATURE_MISSING_SHMEM, -1);
        check("userfaultfd", access.fd());
        check(
                "UFFDIO_REGISTER",
                new UffdPort(access.fd()).register(address, PAGE, Userfaultfd.UFFDIO_REGISTER_MODE_MISSING));
        if (which == SameJvmCase.OTHER_JVM) {
            startOtherJvm(access.fd());
        } else {
            LateHandler.start(HANDLER_THREAD, access.fd());
        }
        Thread touch = start(TOUCH_THREAD, () -> touch(which, address));
        if (which.collects()) {
            Thread.sleep(COLLECT_AFTER_MS);
            start("asks-for-a-gc", () -> timed("collection", System::gc)).join();
        }
        touch.join();
    }

    private static void touch(SameJvmCase which, long address) {
        MemorySegment page = Mmap.segment(address, PAGE);
        System.out.println("touching");
        if (which == SameJvmCase.NATIVE_CALL) {
            timed("touch", () -> populate(address));
        } else {
            timed("touch", () -> page.get(ValueLayout.JAVA_LONG, 0));
        }
    }

    private static void populate(long address) {
        long result = Mmap.madvise(address, PAGE, Mmap.MADV_POPULATE_READ);
        if (result < 0) {
            throw new IllegalStateException("madvise(MADV_POPULATE_READ): " + Errno.name(result));
        }
    }

    private static void timed(String what, Runnable action) {
        long startNs = System.nanoTime();
        action.run();
        System.out.println(what + " " + (System.nanoTime() - startNs));
    }

    private static Thread start(String name, Runnable action) {
        Thread thread = new Thread(action, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void startOtherJvm(int uffd) throws IOException {
        String name = "remap-same-jvm-" + ProcessHandle.current().pid();
        int listener = (int) check("listen", UnixSocket.listenAbstract(name));
        command(HANDLER, name).inheritIO().start();
        int socket = (int) check("accept", UnixSocket.accept(listener, ACCEPT_TIMEOUT_MS));
        MemorySegment nothing = Arena.global().allocate(1);
        check("sendmsg", UnixSocket.send(socket, nothing.address(), 1, new int[] {uffd}, 1, 0));
    }

    /** Answers the faults of another process for as long as that lives. */
    private static void answerFor(String socketName) throws IOException {
        int socket = (int) check("connect", UnixSocket.connectAbstract(socketName));
        MemorySegment nothing = Arena.global().allocate(1);
        int[] fds = new int[1];
        check("recvmsg", UnixSocket.receive(socket, nothing.address(), 1, fds, 0));
        LateHandler.start(HANDLER_THREAD, fds[0]);
        check("recvmsg", UnixSocket.receive(socket, nothing.address(), 1, fds, 0));
    }

    /** How to run this class in a JVM of its own. */
    static ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SameJvmMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private static long check(String call, long result) throws IOException {
        if (result < 0) {
            throw new IOException(call + ": " + Errno.name(result));
        }
        return result;
    }
}
