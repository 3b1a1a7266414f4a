// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.internal.chartpart.Chart;

/** Writes charts as SVG. */
final class SvgFile {
    /** Letters are outlines, whose points need not be exact to a hundred thousandth of a pixel. */
    private static final Pattern LONG_FRACTION = Pattern.compile("(\\d\\.\\d)\\d+");

    private SvgFile() {}

    /** The file's name ends in {@code .svg}. */
    static void write(Chart<?, ?> chart, Path file) throws IOException {
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
        Files.writeString(file, LONG_FRACTION.matcher(Files.readString(file)).replaceAll("$1"));
    }
}
