// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From the generator through blocks of columns to the queries, on the heap. */
class GeneratedRowsTest {
    private static final double SCALE = 0.01;

    @Test
    void queriesOverColumnsAgreeWithQueriesOverRows() throws InterruptedException {
        HeapQueries witness = new HeapQueries();
        Lineitem table = load(RowSource.lineitem(SCALE, witness));

        Answers overColumns = new Answers(PricingSummary.run(table, row -> {}), RevenueForecast.run(table, row -> {}));

        assertThat(table.rows()).isEqualTo(witness.rows());
        assertThat(overColumns).isEqualTo(witness.answers());
        assertThat(overColumns.pricing()).hasSize(4);
    }

    @Test
    void smallPoolOfCommentsLeavesTheColumnsAsTheyAre() throws InterruptedException {
        HeapQueries standard = new HeapQueries();
        new LineItemGenerator(SCALE, 1, 1).forEach(standard::add);
        HeapQueries ours = new HeapQueries();
        load(RowSource.lineitem(SCALE, ours));

        assertThat(ours.answers()).isEqualTo(standard.answers());
    }

    @Test
    void regionsHoldEveryRowThatIsGenerated() {
        HeapQueries rows = new HeapQueries();
        new LineItemGenerator(SCALE, 1, 1).forEach(rows::add);

        assertThat(Sizing.of(SCALE, 0, Tiers.parse(Tiers.DEFAULT)).rowCapacity())
                .isBetween(rows.rows(), rows.rows() * 11 / 10);
    }

    @Test
    void failureOfTheGeneratorReachesTheReader() {
        Iterable<LineItem> broken = () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public LineItem next() {
                throw new UnsupportedOperationException("out of rows");
            }
        };

        try (RowSource source = new RowSource(broken, new HeapQueries())) {
            assertThatThrownBy(source::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("out of rows");
        }
    }

    @Test
    void closingStopsAGeneratorThatNobodyReads() {
        RowSource source = RowSource.lineitem(SCALE, new HeapQueries());

        source.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("tpch-generator");
    }

    private static Lineitem load(RowSource source) throws InterruptedException {
        long[][] values = new long[Column.COUNT]
                [(int) Sizing.of(SCALE, 0, Tiers.parse(Tiers.DEFAULT)).rowCapacity()];
        int rows = 0;
        try (source) {
            for (RowBlock block = source.next(); block != null; block = source.next()) {
                int index = 0;
                for (Column column : Column.values()) {
                    System.arraycopy(block.values(column), 0, values[index++], rows, block.rows());
                }
                rows += block.rows();
            }
        }
        Map<Column, MemorySegment> columns = new EnumMap<>(Column.class);
        Iterator<long[]> arrays = List.of(values).iterator();
        for (Column column : Column.values()) {
            columns.put(column, MemorySegment.ofArray(arrays.next()));
        }
        return new Lineitem(columns, rows);
    }
}
