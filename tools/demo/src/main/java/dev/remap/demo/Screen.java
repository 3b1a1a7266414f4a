// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where human-readable output goes, and what may be sent there.
 *
 * @param out the stream
 * @param terminal whether lines can be redrawn in place; false in a pipe or a file, which get no control characters at all
 * @param color whether colours are wanted
 * @param columns the terminal's width
 */
record Screen(PrintStream out, boolean terminal, boolean color, int columns) {
    static final int WIDEST = 100;
    private static final int NARROWEST = 60;

    /** Standard output or standard error. */
    static Screen standard(boolean error, boolean wantColor) {
        PrintStream out = error ? System.err : System.out;
        int columns = isTerminal(error ? 2 : 1) ? terminalColumns() : 0;
        boolean terminal = columns >= NARROWEST;
        boolean color = terminal && wantColor && System.getenv("NO_COLOR") == null;
        return new Screen(out, terminal, color, Math.min(columns, WIDEST));
    }

    private static boolean isTerminal(int descriptor) {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor)));
            return (target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty"))
                    && !"dumb".equals(System.getenv("TERM"));
        } catch (IOException e) {
            return false;
        }
    }

    /** From {@code stty size}: "rows columns". 80 if that is not to be had. */
    private static int terminalColumns() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            int columns = Integer.parseInt(answer.strip().replaceFirst(".* ", ""));
            return columns > 0 ? columns : 80;
        } catch (IOException | NumberFormatException e) {
            return 80;
        }
    }

    void line(String text) {
        out.println(text);
    }

    /** Replaces the current line; only on a terminal. */
    void redraw(String text) {
        out.print("\r" + text + "\u001b[K");
        out.flush();
    }

    String heading(String text) {
        return styled("1", text);
    }

    String quiet(String text) {
        return styled("2", text);
    }

    String good(String text) {
        return styled("32", text);
    }

    String bad(String text) {
        return styled("1;31", text);
    }

    /** A check mark or a cross, or words where the stream's charset lacks them. */
    String mark(boolean right) {
        return right ? good(plain('\u2713', "ok")) : bad(plain('\u2717', "WRONG"));
    }

    /** A bar of {@code width} cells. */
    String bar(double fraction, int width) {
        int filled = (int) Math.round(Math.clamp(fraction, 0, 1) * width);
        String done = plain('\u2501', "=").repeat(filled);
        String left = plain('\u2500', "-").repeat(width - filled);
        return good(done) + quiet(left);
    }

    private String plain(char symbol, String otherwise) {
        Charset charset = out.charset();
        return charset.newEncoder().canEncode(symbol) ? String.valueOf(symbol) : otherwise;
    }

    private String styled(String code, String text) {
        return color ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
