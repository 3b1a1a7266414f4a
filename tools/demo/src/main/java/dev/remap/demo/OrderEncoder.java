// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import io.trino.tpch.LineItem;
import io.trino.tpch.Order;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes a record of variable length of an order and its lines: numbers little-endian, texts with a length of two bytes before them. Not
 * thread-safe.
 */
final class OrderEncoder {
    /** More than any record takes: 7 lines with the longest texts TPC-H has are below 2 KiB. */
    static final int MAX_BYTES = 4096;

    private final ByteBuffer record = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** The record, ready to be read; valid until the next call. */
    ByteBuffer encode(Order order, List<LineItem> lines) {
        record.clear();
        record.putLong(order.getOrderKey())
                .putLong(order.getCustomerKey())
                .putLong(order.getTotalPriceInCents())
                .putInt(order.getOrderDate())
                .put((byte) order.getOrderStatus())
                .put((byte) lines.size());
        text(order.getOrderPriority());
        text(order.getClerk());
        text(order.getComment());
        lines.forEach(this::line);
        return record.flip();
    }

    private void line(LineItem line) {
        record.putLong(line.getPartKey())
                .putLong(line.getSupplierKey())
                .putLong(line.getExtendedPriceInCents())
                .putInt(line.getShipDate())
                .putInt(line.getCommitDate())
                .putInt(line.getReceiptDate())
                .put((byte) line.getLineNumber())
                .put((byte) line.getQuantity())
                .put((byte) line.getDiscountPercent())
                .put((byte) line.getTaxPercent())
                .put((byte) line.getReturnFlag().charAt(0))
                .put((byte) line.getStatus().charAt(0));
        text(line.getShipInstructions());
        text(line.getShipMode());
        text(line.getComment());
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        record.putShort((short) bytes.length).put(bytes);
    }
}
