// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Inputs to start from: a sample of every message, and what former runs have found to reach code that those do not, kept in folder
 * {@code corpus} beside this class. A file named {@code index} there lists them.
 */
final class SeedCorpus {
    private static final String FOLDER = "corpus/";

    private SeedCorpus() {}

    /** Every input with its name. */
    static Map<String, byte[]> all() {
        Map<String, byte[]> inputs = new LinkedHashMap<>();
        SampleMessages.all().forEach((kind, bytes) -> inputs.put("sample-" + kind, bytes));
        for (String name : names()) {
            inputs.put(name, read(name));
        }
        return inputs;
    }

    /** The names of the kept files. */
    static List<String> names() {
        return new String(read("index"), StandardCharsets.UTF_8).lines().toList();
    }

    /** Writes each input to a file of its own. */
    static void writeTo(Path directory) throws IOException {
        for (Map.Entry<String, byte[]> input : all().entrySet()) {
            Files.write(directory.resolve(input.getKey()), input.getValue());
        }
    }

    private static byte[] read(String name) {
        try (InputStream in = SeedCorpus.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("no " + FOLDER + name + " beside " + SeedCorpus.class);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
