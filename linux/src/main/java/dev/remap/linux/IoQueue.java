// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/**
 * Reads and writes of files, many under way at once, for one thread: requests are queued, submitted together, and their completions
 * taken in whatever order they come.
 *
 * <p>A request is told by its <em>token</em>. At most {@link #depth} of them are queued, under way or completed and not taken; one more
 * is refused. The memory of a request belongs to the kernel until its completion has been taken; iovecs only until it was submitted.
 *
 * <p>Not thread-safe. Allocates nothing once open. {@link #close} with requests under way leaves their memory to the kernel: await them.
 */
public sealed interface IoQueue extends AutoCloseable permits IoUring, LinuxAio, BlockingIo {

    /** Opens it: 0, or -errno, which leaves it closed. */
    long open();

    /** The most requests that can be outstanding. */
    int depth();

    /** Queues a read of {@code length} bytes at {@code offset}; false if {@link #depth} are outstanding. */
    boolean read(int fd, long address, int length, long offset, long token);

    /** Queues a write, as {@link #read}. */
    boolean write(int fd, long address, int length, long offset, long token);

    /** Queues a read into {@code count} ranges of an array of {@code struct iovec}, as {@link #read}. */
    boolean readVector(int fd, long iovecs, int count, long offset, long token);

    /** Queues a write from {@code count} ranges of an array of {@code struct iovec}, as {@link #read}. */
    boolean writeVector(int fd, long iovecs, int count, long offset, long token);

    /**
     * Submits what is queued, and blocks until {@code completions} can be taken, or as many as are outstanding. Interrupted waits are
     * repeated.
     *
     * @return how many can be taken, or -errno; then call {@link #dropQueued}, and again this for those that are under way
     */
    long submit(int completions);

    /** Forgets the requests that were queued and not submitted; returns how many. They have no completions. */
    int dropQueued();

    /** Takes the next completion that is there, for {@link #token} and {@link #result}; false if there is none. Never blocks. */
    boolean next();

    /** The token of the completion last taken. */
    long token();

    /** Of the completion last taken: bytes, fewer than asked for at the end of the file or of the disk, or -errno. */
    long result();

    /** Requests queued, under way, or completed and not taken. */
    int outstanding();

    @Override
    void close();
}
