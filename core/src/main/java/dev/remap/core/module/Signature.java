// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.security.CodeSigner;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who has signed a jar, in words, and whether the trust store knows them.
 */
public record Signature(State state, String signer) {
    /** How far a signature goes. */
    public enum State {
        /** Some or all of its classes are not signed. */
        NONE,
        /** All are signed, by somebody whom nothing in the trust store vouches for. */
        UNKNOWN,
        /** All are signed, by somebody whom the trust store vouches for. */
        TRUSTED
    }

    static final Signature NONE = new Signature(State.NONE, "");

    /** Of what has signed every entry. */
    static Signature of(List<CodeSigner> signers, TrustStore trust) {
        if (signers.isEmpty()) {
            return NONE;
        }
        for (CodeSigner signer : signers) {
            if (trust.vouchesFor(signer)) {
                return new Signature(State.TRUSTED, name(signer));
            }
        }
        return new Signature(State.UNKNOWN, name(signers.getFirst()));
    }

    private static String name(CodeSigner signer) {
        return signer.getSignerCertPath().getCertificates().getFirst() instanceof X509Certificate certificate
                ? certificate.getSubjectX500Principal().getName()
                : "unknown";
    }
}
