// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler.CompilationTask;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the README's program to the library. */
class ReadmeTest {
    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final int MAX_LINES = 10;

    @TempDir
    Path folder;

    @Test
    void theProgramOfTheReadmeIsShortAndCompiles() throws Exception {
        Matcher program =
                PROGRAM.matcher(Files.readString(SourceTree.read().root().resolve("README.md")));
        assertThat(program.find()).isTrue();
        assertThat(program.group(1).lines()).hasSizeLessThanOrEqualTo(MAX_LINES);
        assertThat(messagesOfCompiling(program.group(1))).isEmpty();
    }

    private String messagesOfCompiling(String program) {
        StringWriter messages = new StringWriter();
        List<String> options =
                List.of("-Xlint:all", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
        CompilationTask task = ToolProvider.getSystemJavaCompiler()
                .getTask(messages, null, null, options, null, List.of(new Source(program)));
        return task.call() ? messages.toString() : "does not compile: " + messages;
    }

    /** A compact source file. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///Ratings.java"), JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
