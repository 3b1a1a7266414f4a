// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The rule that a relative link in a Markdown file leads to a file. */
final class MarkdownLinks {
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)[^)]*\\)");
    private static final Pattern EXTERNAL = Pattern.compile("[a-z]+:.*|#.*");

    private MarkdownLinks() {}

    static List<String> broken(Path root, SourceFile markdown) {
        var broken = new ArrayList<String>();
        boolean inCode = false;
        for (int i = 0; i < markdown.lines().size(); i++) {
            String line = markdown.lines().get(i);
            inCode ^= line.strip().startsWith("```");
            if (inCode) {
                continue;
            }
            var link = LINK.matcher(line.replaceAll("`[^`]*`", ""));
            while (link.find()) {
                if (!leadsSomewhere(root.resolve(markdown.folder()), link.group(1))) {
                    broken.add(markdown.at(i + 1L, "links to " + link.group(1) + ", which is not there"));
                }
            }
        }
        return broken;
    }

    private static boolean leadsSomewhere(Path folder, String target) {
        return EXTERNAL.matcher(target).matches() || Files.exists(folder.resolve(target.replaceFirst("#.*", "")));
    }
}
