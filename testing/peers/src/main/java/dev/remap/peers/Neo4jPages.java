// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.peers;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.eclipse.collections.api.factory.Sets;
import org.jspecify.annotations.Nullable;
import org.neo4j.io.fs.DefaultFileSystemAbstraction;
import org.neo4j.io.mem.MemoryAllocator;
import org.neo4j.io.pagecache.PageCacheOpenOptions;
import org.neo4j.io.pagecache.PageCursor;
import org.neo4j.io.pagecache.PagedFile;
import org.neo4j.io.pagecache.context.CursorContext;
import org.neo4j.io.pagecache.impl.SingleFilePageSwapperFactory;
import org.neo4j.io.pagecache.impl.muninn.MuninnPageCache;
import org.neo4j.io.pagecache.tracing.PageCacheTracer;
import org.neo4j.memory.EmptyMemoryTracker;
import org.neo4j.scheduler.JobScheduler;

/** Neo4j's page cache over the same file, past the kernel's page cache: a cursor a thread, as its stores read their records. */
public final class Neo4jPages implements PageCache {
    private final MuninnPageCache cache;
    private final PagedFile pages;

    /**
     * Opens a file.
     *
     * @param dramBytes of pages and of what it keeps about each
     * @throws IOException if it cannot, for instance where the file is on no disk
     */
    public Neo4jPages(Path file, long dramBytes) throws IOException {
        var none = EmptyMemoryTracker.INSTANCE;
        var swappers = new SingleFilePageSwapperFactory(new DefaultFileSystemAbstraction(), PageCacheTracer.NULL, none);
        var config = MuninnPageCache.config(MemoryAllocator.createAllocator(dramBytes, none))
                .pageSize(PAGE_BYTES)
                .reservedPageBytes(0);
        cache = new MuninnPageCache(swappers, scheduler(), config);
        pages = cache.map(file, PAGE_BYTES, "bench", Sets.immutable.of(PageCacheOpenOptions.DIRECT));
    }

    /**
     * What gives the cache a thread for its evictor, the one thing that it asks for. Neo4j's own is in its kernel, which needs most of the
     * database.
     */
    private static JobScheduler scheduler() {
        return (JobScheduler) Proxy.newProxyInstance(
                JobScheduler.class.getClassLoader(), new Class<?>[] {JobScheduler.class}, Neo4jPages::schedule);
    }

    @SuppressWarnings("unused") // an InvocationHandler
    private static @Nullable Object schedule(Object proxy, Method method, Object[] arguments) {
        if (method.getName().equals("schedule") && arguments[arguments.length - 1] instanceof Runnable job) {
            Thread.ofPlatform().daemon().name("evicts-pages").start(job);
            return null; // no handle, for which nobody asks
        }
        throw new UnsupportedOperationException(method.toString());
    }

    @Override
    public WordReader open() throws IOException {
        PageCursor cursor = pages.io(0, PagedFile.PF_SHARED_READ_LOCK, CursorContext.NULL_CONTEXT);
        return new WordReader() {
            @Override
            public long read(int page, int word) throws IOException {
                if (!cursor.next(page)) {
                    throw new IOException("no page " + page);
                }
                long value;
                do {
                    value = cursor.getLong(word * Long.BYTES);
                } while (cursor.shouldRetry());
                if (cursor.checkAndClearBoundsFlag()) {
                    throw new IOException("word " + word + " of page " + page + " is out of bounds");
                }
                return value;
            }

            @Override
            public void close() {
                cursor.close();
            }
        };
    }

    @Override
    public void close() {
        pages.close();
        cache.close();
    }
}
