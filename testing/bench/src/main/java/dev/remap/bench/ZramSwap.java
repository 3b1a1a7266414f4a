// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A zram device of this benchmark's own with LZ4, in use as swap while it is open. It is for the whole host, so it is there only while the
 * kernel's side has its turn. Close it when no process has anything in it any more.
 */
final class ZramSwap implements AutoCloseable {
    private static final Path CONTROL = Path.of("/sys/class/zram-control");

    private final String id;
    private final Path device;
    private final Path state;
    private boolean on;

    private ZramSwap(String id) {
        this.id = id;
        device = Path.of("/dev/zram" + id);
        state = Path.of("/sys/block/zram" + id);
    }

    /** There is none to be had; the message says why. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(String message) {
            super(message);
        }
    }

    /** Takes at most {@code bytes} of pages. */
    static ZramSwap open(long bytes) throws Unavailable, IOException, InterruptedException {
        ZramSwap swap = new ZramSwap(add());
        try {
            Files.writeString(swap.state.resolve("comp_algorithm"), "lz4");
            Files.writeString(swap.state.resolve("disksize"), Long.toString(bytes));
            run("mkswap", swap.device.toString());
            run("swapon", swap.device.toString());
            swap.on = true;
            return swap;
        } catch (IOException | InterruptedException | Unavailable e) {
            swap.close();
            throw e;
        }
    }

    private static String add() throws Unavailable {
        try {
            return Files.readString(CONTROL.resolve("hot_add")).strip();
        } catch (IOException e) {
            throw new Unavailable("no zram device can be added (it takes root and the zram module): " + e);
        }
    }

    private static void run(String program, String argument) throws Unavailable, IOException, InterruptedException {
        Program.Output output = Program.run(List.of(program, argument));
        if (output.status() != 0) {
            throw new Unavailable(program + " " + argument + ": " + output.firstLine());
        }
    }

    /** Of its fields the third is what the compressed pages take, in bytes. */
    Path memoryFile() {
        return state.resolve("mm_stat");
    }

    @Override
    public synchronized void close() throws IOException {
        if (!Files.exists(state)) {
            return;
        }
        if (on) {
            off();
        }
        Files.writeString(state.resolve("reset"), "1");
        Files.writeString(CONTROL.resolve("hot_remove"), id);
    }

    private void off() throws IOException {
        try {
            run("swapoff", device.toString());
            on = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted, and " + device + " is still swap", e);
        } catch (Unavailable e) {
            throw new IOException(e);
        }
    }
}
