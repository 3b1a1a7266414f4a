// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and decrypts pages in place, by the JDK's AES-GCM, which allocates just under 1 KiB of garbage for each page: the fault path of
 * such a tier is not free of allocation ({@code FileAllocationTest} has the limit and prints the figures). Confined to one thread; several
 * may share a {@link SpillCipher}, of which one encrypts.
 */
final class PageCipher {
    private static final int NONCE_BYTES = 12;

    private final SpillCipher keys;
    private final Cipher cipher;
    private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
    private final ByteBuffer place = ByteBuffer.allocate(2 * Long.BYTES);
    private final byte[] plain = new byte[RawMemory.PAGE_BYTES];
    private final byte[] sealed = new byte[RawMemory.PAGE_BYTES + SpillCipher.TAG_BYTES];

    private PageCipher(SpillCipher keys) {
        this.keys = keys;
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM, which every JDK must have", e);
        }
    }

    /** One for a thread of a tier, or null if the tier does not encrypt. */
    static @Nullable PageCipher of(@Nullable SpillCipher keys) {
        return keys == null ? null : new PageCipher(keys);
    }

    /** Encrypts a page that is to go to a slot. */
    void seal(long page, long slot, long address) {
        long counter = keys.nextNonce();
        RawMemory.copyOut(address, plain, RawMemory.PAGE_BYTES);
        try {
            init(Cipher.ENCRYPT_MODE, page, slot, counter);
            cipher.doFinal(plain, 0, RawMemory.PAGE_BYTES, sealed, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM of a page", e);
        }
        RawMemory.copyIn(sealed, 0, address, RawMemory.PAGE_BYTES);
        RawMemory.putLong(keys.seal(slot), counter);
        RawMemory.copyIn(sealed, RawMemory.PAGE_BYTES, keys.seal(slot) + Long.BYTES, SpillCipher.TAG_BYTES);
    }

    /** Decrypts what was read from a slot; false if it is not what was sealed there for this page last, and is left as it is. */
    boolean open(long page, long slot, long address) {
        RawMemory.copyOut(address, sealed, RawMemory.PAGE_BYTES);
        RawMemory.copyOut(keys.seal(slot) + Long.BYTES, sealed, RawMemory.PAGE_BYTES, SpillCipher.TAG_BYTES);
        try {
            init(Cipher.DECRYPT_MODE, page, slot, RawMemory.getLong(keys.seal(slot)));
            cipher.doFinal(sealed, 0, sealed.length, plain, 0);
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM of a page", e);
        }
        RawMemory.copyIn(plain, 0, address, RawMemory.PAGE_BYTES);
        return true;
    }

    private void init(int mode, long page, long slot, long counter) throws GeneralSecurityException {
        nonce.putLong(NONCE_BYTES - Long.BYTES, counter);
        cipher.init(mode, keys.key(), new GCMParameterSpec(8 * SpillCipher.TAG_BYTES, nonce.array()));
        place.putLong(0, page).putLong(Long.BYTES, slot);
        cipher.updateAAD(place.array());
    }
}
