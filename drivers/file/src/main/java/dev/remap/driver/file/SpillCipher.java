// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.DescriptorStore;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * What encrypts the pages of one spill file: AES-256-GCM under a random key that exists in memory only, in a memfd that the next manager
 * inherits. A region's file never has the key of another, nor of an earlier start.
 *
 * <p>Nonces are the deterministic construction of NIST SP 800-38D, 8.2.1: a fixed field of zeros, since a key has one writer at a time,
 * and a counter of 64 bits that never goes back. It is handed out in blocks, each marked as used in the memfd before its first nonce is,
 * so that the next manager begins behind all that this one may have used. The limit of 2^32 messages is one of random nonces.
 *
 * <p>The nonce and the tag of each slot are kept in memory as well, 24 bytes a slot that is in use, not on disk: a page stays 4096
 * bytes there, and one that was put back by somebody, old or from another slot, is not authentic. Page and slot are authenticated along.
 */
final class SpillCipher {
    static final int TAG_BYTES = 16;
    static final int SEAL_BYTES = Long.BYTES + TAG_BYTES;

    private static final String KEY_NAME = "key";
    private static final String SEALS_NAME = "seals";
    private static final int KEY_BYTES = 32;
    private static final int RESERVED_AT = KEY_BYTES;
    private static final long BLOCK = 1 << 16;

    private final int keyFd;
    private final long keyBase;
    private final int sealsFd;
    private final long sealsBase;
    private final long slots;
    private final boolean inherited;
    private final SecretKey key;
    private long lastNonce;
    private long reserved;

    private SpillCipher(int keyFd, long keyBase, int sealsFd, long sealsBase, long slots, boolean inherited) {
        this.keyFd = keyFd;
        this.keyBase = keyBase;
        this.sealsFd = sealsFd;
        this.sealsBase = sealsBase;
        this.slots = slots;
        this.inherited = inherited;
        byte[] bytes = new byte[KEY_BYTES];
        RawMemory.copyOut(keyBase, bytes, KEY_BYTES);
        key = new SecretKeySpec(bytes, "AES");
        Arrays.fill(bytes, (byte) 0);
        reserved = RawMemory.getLong(keyBase + RESERVED_AT);
        lastNonce = reserved;
    }

    /** The one that a former manager has left, or else a new one with a new key, which is kept for the next. */
    static SpillCipher open(long slots, DescriptorStore descriptors) throws IOException {
        int keyFd = descriptors.kept(KEY_NAME);
        int sealsFd = descriptors.kept(SEALS_NAME);
        boolean inherited = keyFd >= 0 && sealsFd >= 0;
        long keyBase = 0;
        boolean opened = false;
        try {
            if (!inherited) { // one without the other is of no use
                closeAll(keyFd, sealsFd);
                keyFd = -1;
                sealsFd = -1;
                keyFd = create("remap-spill-key", RawMemory.PAGE_BYTES);
                sealsFd = create("remap-spill-seals", sealsBytes(slots));
            }
            keyBase = RawMemory.mapShared(keyFd, RawMemory.PAGE_BYTES, "the key of a spill file");
            Mmap.madvise(keyBase, RawMemory.PAGE_BYTES, Mmap.MADV_DONTDUMP);
            if (!inherited) {
                newKey(keyBase);
                descriptors.keep(SEALS_NAME, sealsFd);
                descriptors.keep(KEY_NAME, keyFd);
            }
            long sealsBase = RawMemory.mapShared(sealsFd, sealsBytes(slots), "seals of " + slots + " slots");
            opened = true;
            return new SpillCipher(keyFd, keyBase, sealsFd, sealsBase, slots, inherited);
        } finally {
            if (!opened) {
                if (keyBase != 0) {
                    Mmap.unmap(keyBase, RawMemory.PAGE_BYTES);
                }
                closeAll(keyFd, sealsFd);
            }
        }
    }

    private static void closeAll(int... fds) {
        for (int fd : fds) {
            if (fd >= 0) {
                FileIo.close(fd);
            }
        }
    }

    private static int create(String name, long bytes) throws IOException {
        long fd = Memfd.createFixed(name, bytes);
        if (fd < 0) {
            throw new IOException("memfd_create for " + name + " failed: " + Errno.name(fd) + ". Look at ulimit -n");
        }
        return (int) fd;
    }

    private static void newKey(long keyBase) {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        RawMemory.copyIn(bytes, 0, keyBase, KEY_BYTES);
        Arrays.fill(bytes, (byte) 0);
    }

    private static long sealsBytes(long slots) {
        return (slots * SEAL_BYTES + RawMemory.PAGE_BYTES - 1) & -RawMemory.PAGE_BYTES;
    }

    /** Whether it can read what a former manager has written. */
    boolean isInherited() {
        return inherited;
    }

    SecretKey key() {
        return key;
    }

    /** A nonce that nobody has used. Of the storing thread. */
    long nextNonce() {
        if (lastNonce == reserved) {
            reserved += BLOCK;
            RawMemory.putLong(keyBase + RESERVED_AT, reserved);
        }
        return ++lastNonce;
    }

    /** Where the nonce of a slot is, with its tag behind it. */
    long seal(long slot) {
        assert slot >= 0 && slot < slots : slot;
        return sealsBase + slot * SEAL_BYTES;
    }

    void close() {
        Mmap.unmap(keyBase, RawMemory.PAGE_BYTES);
        Mmap.unmap(sealsBase, sealsBytes(slots));
        FileIo.close(keyFd);
        FileIo.close(sealsFd);
    }
}
