// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/** What a {@link KeeperMessage.Claim} is about. */
public final class ClaimCode {
    /** A region of this name is to be made: there must not be one. */
    public static final int CREATE = 0;

    /** The region that an application has left under this name is to be served again. */
    public static final int OPEN = 1;

    /** It is to be forgotten. */
    public static final int REMOVE = 2;

    /**
     * The manager of a shared region has nobody left and would end. Its schema is the number of applications that it has been sent: the
     * broker grants it unless another is on its way.
     */
    public static final int LEAVE = 3;

    private ClaimCode() {}
}
