// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A Java file as the compiler parses it, so that rules see neither comments nor strings by accident. */
final class JavaSource {
    private final SourceFile file;
    private final CompilationUnitTree unit;
    private final Trees trees;

    private JavaSource(SourceFile file, CompilationUnitTree unit, Trees trees) {
        this.file = file;
        this.unit = unit;
        this.trees = trees;
    }

    static JavaSource parse(SourceFile file) {
        return parse(List.of(file)).getFirst();
    }

    /** All in one run of the compiler's parser, which is much faster than one run each. */
    static List<JavaSource> parse(List<SourceFile> files) {
        var errors = new DiagnosticCollector<JavaFileObject>();
        var texts = files.stream().map(Text::new).toList();
        var task = (JavacTask)
                ToolProvider.getSystemJavaCompiler().getTask(null, null, errors, List.of("-proc:none"), null, texts);
        try {
            var parsed = new ArrayList<JavaSource>();
            for (CompilationUnitTree unit : task.parse()) {
                parsed.add(new JavaSource(files.get(parsed.size()), unit, Trees.instance(task)));
            }
            if (parsed.size() != files.size() || !errors.getDiagnostics().isEmpty()) {
                throw new IllegalArgumentException(errors.getDiagnostics().toString());
            }
            return parsed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SourceFile file() {
        return file;
    }

    CompilationUnitTree unit() {
        return unit;
    }

    boolean isDocumented(Tree declaration) {
        String comment = trees.getDocComment(TreePath.getPath(unit, declaration));
        return comment != null && !comment.isBlank();
    }

    String at(Tree tree, String what) {
        long start = trees.getSourcePositions().getStartPosition(unit, tree);
        return file.at(unit.getLineMap().getLineNumber(start), what);
    }

    /** Every type, nested ones included. */
    List<ClassTree> types() {
        var found = new ArrayList<ClassTree>();
        scan(tree -> {
            if (tree instanceof ClassTree type) {
                found.add(type);
            }
        });
        return found;
    }

    List<MethodInvocationTree> callsOf(String method) {
        var found = new ArrayList<MethodInvocationTree>();
        scan(tree -> {
            if (tree instanceof MethodInvocationTree call
                    && call.getMethodSelect().toString().equals(method)) {
                found.add(call);
            }
        });
        return found;
    }

    /** Catch blocks with neither a statement nor a comment that says why there is none. */
    List<CatchTree> silentCatches() {
        var found = new ArrayList<CatchTree>();
        scan(tree -> {
            if (tree instanceof CatchTree c
                    && c.getBlock().getStatements().isEmpty()
                    && !sourceOf(c.getBlock()).matches("(?s).*(//|/\\*).*")) {
                found.add(c);
            }
        });
        return found;
    }

    private String sourceOf(Tree tree) {
        var positions = trees.getSourcePositions();
        return file.text()
                .substring((int) positions.getStartPosition(unit, tree), (int) positions.getEndPosition(unit, tree));
    }

    private void scan(Consumer<Tree> visitor) {
        new TreePathScanner<Void, Void>() {
            @Override
            public Void scan(Tree tree, Void unused) {
                if (tree != null) {
                    visitor.accept(tree);
                }
                return super.scan(tree, null);
            }
        }.scan(unit, null);
    }

    private static final class Text extends SimpleJavaFileObject {
        private final String text;

        Text(SourceFile file) {
            super(URI.create("string:///" + file.path()), Kind.SOURCE);
            this.text = file.text();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
