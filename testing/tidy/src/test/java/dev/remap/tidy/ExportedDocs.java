// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExportsTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** The rule that every declaration another module can see has a javadoc comment, unless it overrides one. */
final class ExportedDocs {
    private final JavaSource java;
    private final List<String> missing = new ArrayList<>();

    private ExportedDocs(JavaSource java) {
        this.java = java;
    }

    static Set<String> exportedPackages(JavaSource moduleInfo) {
        return moduleInfo.unit().getModule().getDirectives().stream()
                .filter(ExportsTree.class::isInstance)
                .map(directive -> ((ExportsTree) directive).getPackageName().toString())
                .collect(Collectors.toSet());
    }

    static List<String> missing(JavaSource java) {
        var docs = new ExportedDocs(java);
        docs.java.unit().getTypeDecls().forEach(type -> docs.check(type, false));
        return docs.missing;
    }

    private void check(Tree declaration, boolean inInterface) {
        switch (declaration) {
            case ClassTree type
            when isVisible(type.getModifiers(), inInterface) -> {
                require(type, type.getSimpleName().toString());
                boolean isInterface = type.getKind() == Kind.INTERFACE || type.getKind() == Kind.ANNOTATION_TYPE;
                type.getMembers().forEach(member -> check(member, isInterface));
            }
            case MethodTree method
            when isVisible(method.getModifiers(), inInterface) && !overrides(method) ->
                require(method, method.getName().toString());
            case VariableTree field
            when isVisible(field.getModifiers(), inInterface) ->
                require(field, field.getName().toString());
            default -> {}
        }
    }

    private void require(Tree declaration, String name) {
        if (!java.isDocumented(declaration)) {
            missing.add(java.at(declaration, name + " is exported and has no javadoc"));
        }
    }

    private static boolean isVisible(ModifiersTree modifiers, boolean inInterface) {
        var flags = modifiers.getFlags();
        return flags.contains(Modifier.PUBLIC)
                || flags.contains(Modifier.PROTECTED)
                || (inInterface && !flags.contains(Modifier.PRIVATE));
    }

    private static boolean overrides(MethodTree method) {
        return method.getModifiers().getAnnotations().stream()
                .anyMatch(
                        annotation -> annotation.getAnnotationType().toString().equals("Override"));
    }
}
