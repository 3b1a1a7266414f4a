// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.trino.tpch.Order;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OrderEncoderTest {
    @Test
    void recordHoldsTheOrderAndAllItsLines() {
        OrderSource source = new OrderSource();
        OrderEncoder encoder = new OrderEncoder();
        for (int i = 0; i < 200; i++) {
            Order order = source.next();
            assertThat(source.lines())
                    .hasSizeBetween(1, 7)
                    .allSatisfy(line -> assertThat(line.getOrderKey()).isEqualTo(order.getOrderKey()));

            ByteBuffer record = encoder.encode(order, source.lines()).order(ByteOrder.LITTLE_ENDIAN);

            assertThat(order.getOrderKey()).isEqualTo(OrderKeys.at(i));
            assertThat(record.getLong()).isEqualTo(order.getOrderKey());
            assertThat(record.getLong()).isEqualTo(order.getCustomerKey());
            assertThat(record.getLong()).isEqualTo(order.getTotalPriceInCents());
            assertThat(record.getInt()).isEqualTo(order.getOrderDate());
            assertThat((char) record.get()).isEqualTo(order.getOrderStatus());
            assertThat((int) record.get()).isEqualTo(source.lines().size());
            assertThat(text(record)).isEqualTo(order.getOrderPriority());
            assertThat(text(record)).isEqualTo(order.getClerk());
            assertThat(text(record)).isEqualTo(order.getComment());
            source.lines().forEach(line -> {
                assertThat(record.getLong()).isEqualTo(line.getPartKey());
                record.position(record.position() + 34);
                assertThat(text(record)).isEqualTo(line.getShipInstructions());
                assertThat(text(record)).isEqualTo(line.getShipMode());
                assertThat(text(record)).isEqualTo(line.getComment());
            });
            assertThat(record.hasRemaining()).isFalse();
        }
    }

    private static String text(ByteBuffer record) {
        byte[] bytes = new byte[record.getShort()];
        record.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
