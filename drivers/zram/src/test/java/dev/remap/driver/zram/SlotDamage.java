// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import java.io.IOException;
import java.io.RandomAccessFile;

/** Damages slots from outside, through the pool's file. */
final class SlotDamage {
    private SlotDamage() {}

    /** Inverts one bit of a byte of the slot. */
    static void flip(Fixture fixture, long location, int byteInSlot) {
        flip(fixture, location, byteInSlot, 0x10);
    }

    static void flip(Fixture fixture, long location, int byteInSlot, int bits) {
        try (RandomAccessFile file = new RandomAccessFile("/proc/self/fd/" + fixture.tier.fd(), "rw")) {
            long offset = ChunkLayout.offset(location) + byteInSlot;
            file.seek(offset);
            int value = file.read();
            file.seek(offset);
            file.write(value ^ bits);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Copies a slot's bytes over another's. */
    static void overwrite(Fixture fixture, long from, long to, int bytes) {
        try (RandomAccessFile file = new RandomAccessFile("/proc/self/fd/" + fixture.tier.fd(), "rw")) {
            byte[] slot = new byte[bytes];
            file.seek(ChunkLayout.offset(from));
            file.readFully(slot);
            file.seek(ChunkLayout.offset(to));
            file.write(slot);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
