// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The rule that every plugin a pom uses has a version, its own or one from the root's pluginManagement. */
final class PomPlugins {
    private PomPlugins() {}

    static Set<String> managed(SourceFile rootPom) {
        var managements = parse(rootPom).getElementsByTagName("pluginManagement");
        return elements(managements)
                .flatMap(management -> elements(management.getElementsByTagName("plugin")))
                .filter(plugin -> child(plugin, "version").isPresent())
                .map(PomPlugins::id)
                .collect(Collectors.toSet());
    }

    static List<String> unversioned(SourceFile pom, Set<String> managed) {
        return elements(parse(pom).getElementsByTagName("plugin"))
                .filter(plugin -> child(plugin, "version").isEmpty() && !managed.contains(id(plugin)))
                .map(plugin -> pom.at(1, id(plugin) + " has no version"))
                .toList();
    }

    private static String id(Element plugin) {
        return child(plugin, "groupId").orElse("org.apache.maven.plugins") + ":"
                + child(plugin, "artifactId").orElseThrow();
    }

    private static Optional<String> child(Element parent, String name) {
        return elements(parent.getChildNodes())
                .filter(element -> element.getTagName().equals(name))
                .map(Element::getTextContent)
                .findFirst();
    }

    private static Stream<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast);
    }

    private static Document parse(SourceFile pom) {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(pom.text())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SAXException | ParserConfigurationException e) {
            throw new IllegalArgumentException(pom.path(), e);
        }
    }
}
