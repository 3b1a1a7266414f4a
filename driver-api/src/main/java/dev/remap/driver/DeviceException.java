// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

/** Why a device did not carry out a command. The application gets it as a {@code RemapException} of the same category. */
public final class DeviceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of failure, after the error numbers that an {@code ioctl} answers. */
    public enum Cause {
        /** {@code EINVAL}: the command makes no sense. */
        INVALID,
        /** {@code EPERM}: the device may not do that to these pages. */
        PERMISSION,
        /** {@code EFAULT}: there is no memory, or none that devices may see. */
        FAULT,
        /** {@code ENOENT}: the page is not on the device. */
        NOT_FOUND,
        /** {@code ENOMEM}, {@code ENOSPC}: no room. */
        NO_MEMORY,
        /** {@code EBUSY}, {@code ETIMEDOUT}: not in the time there was; it may work later. */
        BUSY,
        /** {@code EIO}: the device does not work, or the bytes are lost. */
        IO
    }

    private final Cause why;

    /** A failure; {@code message} says what was wrong and, if it can be mended, how. */
    public DeviceException(Cause why, String message) {
        super(message);
        this.why = why;
    }

    /** What kind of failure. */
    public Cause why() {
        return why;
    }
}
