// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.PKIXParameters;
import org.jspecify.annotations.Nullable;

/** The certificates whose signatures on drivers count: a PKCS12 or JKS file. Immutable. */
public final class TrustStore {
    private static final System.Logger LOG = System.getLogger(TrustStore.class.getName());
    private static final TrustStore EMPTY = new TrustStore(null);

    private final @Nullable KeyStore certificates;

    private TrustStore(@Nullable KeyStore certificates) {
        this.certificates = certificates;
    }

    /** Trusts nobody. */
    static TrustStore empty() {
        return EMPTY;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it is not there, is no key store, or has another password
     */
    public static TrustStore of(Path file, String password) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(new File(file.toString()), password.toCharArray());
            return new TrustStore(store);
        } catch (GeneralSecurityException e) {
            throw new IOException("trust store " + file + ": " + e.getMessage(), e);
        }
    }

    /** Whether a signer's certificate, or one that it was issued by, is in the store and valid now. Revocation is not looked up. */
    boolean vouchesFor(CodeSigner signer) {
        if (certificates == null) {
            return false;
        }
        try {
            if (certificates.getCertificateAlias(
                            signer.getSignerCertPath().getCertificates().getFirst())
                    != null) {
                return true;
            }
            PKIXParameters parameters = new PKIXParameters(certificates);
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX").validate(signer.getSignerCertPath(), parameters);
            return true;
        } catch (GeneralSecurityException e) {
            LOG.log(System.Logger.Level.DEBUG, "not vouched for: " + e.getMessage());
            return false;
        }
    }
}
