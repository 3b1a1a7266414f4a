// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;

/**
 * A pipe whose write end the manager and its standby hold, and this process does not: it hangs up when the last of them has died, of
 * whatever cause.
 */
final class LivenessPipe implements AutoCloseable {
    private final int readEnd;
    private int writeEnd;

    private LivenessPipe(int readEnd, int writeEnd) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    static LivenessPipe open() throws RemapException {
        int[] ends = new int[2];
        long result = FileIo.pipe2(ends, FileIo.O_CLOEXEC);
        if (result < 0) {
            throw new RemapException(RemapException.Category.QUOTA, "pipe2: " + Errno.name(result), "Raise ulimit -n.");
        }
        return new LivenessPipe(ends[0], ends[1]);
    }

    int readEnd() {
        return readEnd;
    }

    /** To be given to a manager. */
    int writeEnd() {
        return writeEnd;
    }

    /** Once a manager has it, or none will. */
    void closeWriteEnd() {
        FileIo.close(writeEnd);
        writeEnd = -1;
    }

    @Override
    public void close() {
        FileIo.close(readEnd);
    }
}
