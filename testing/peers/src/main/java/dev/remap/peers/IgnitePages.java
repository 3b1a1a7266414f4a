// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.peers;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCheckedException;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.configuration.WALMode;
import org.apache.ignite.internal.GridKernalContext;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.pagemem.PageIdAllocator;
import org.apache.ignite.internal.pagemem.PageMemory;
import org.apache.ignite.internal.pagemem.PageUtils;
import org.apache.ignite.internal.processors.cache.persistence.CheckpointState;
import org.apache.ignite.internal.processors.cache.persistence.GridCacheDatabaseSharedManager;
import org.apache.ignite.internal.processors.cache.persistence.tree.io.DataPageIO;
import org.apache.ignite.internal.processors.cache.persistence.tree.io.PageIO;
import org.apache.ignite.logger.NullLogger;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;

/**
 * Apache Ignite's page memory with its own partition file, which has a copy of the words and is read past the kernel's page cache. Pages
 * are acquired, locked and released as its trees do.
 */
public final class IgnitePages implements PageCache {
    private static final String CACHE = "bench";
    private static final String REGION = DataStorageConfiguration.DFLT_DATA_REG_DEFAULT_NAME;
    private static final String LOOPBACK = "127.0.0.1";
    private static final int PARTITION = 0;
    private static final int WORDS = PAGE_BYTES / Long.BYTES;
    private static final int HEADER_WORDS = PageIO.COMMON_HEADER_END / Long.BYTES;
    private static final int PAGES_A_LOCK = 64;
    private static final int WAL_SEGMENT = 1 << 20;
    private static final long MOST_CHECKPOINT_BUFFER = 64 << 20;

    private final Ignite node;
    private final PageMemory memory;
    private final int group;
    private final long[] ids;

    /**
     * Starts a node of its own, and fills it.
     *
     * @param content what each word is to be
     * @param pages how many
     * @param work an empty folder for its files
     * @param dramBytes of pages and of what it keeps about each
     * @throws IOException if the node does not start or a page cannot be written
     */
    public IgnitePages(WordReader content, int pages, Path work, long dramBytes) throws IOException {
        node = Ignition.start(config(work, dramBytes));
        try {
            node.cluster().state(ClusterState.ACTIVE);
            node.getOrCreateCache(new CacheConfiguration<Integer, Integer>(CACHE)
                    .setAffinity(new RendezvousAffinityFunction(false, PARTITION + 1)));
            GridKernalContext context = ((IgniteEx) node).context();
            group = context.cache().internalCache(CACHE).context().groupId();
            var database =
                    (GridCacheDatabaseSharedManager) context.cache().context().database();
            memory = Objects.requireNonNull(database.dataRegion(REGION)).pageMemory();
            ids = new long[pages];
            fill(database, content);
        } catch (IgniteCheckedException e) {
            node.close();
            throw new IOException(e);
        } catch (IOException | RuntimeException | Error e) {
            node.close();
            throw e;
        }
    }

    private static IgniteConfiguration config(Path work, long dramBytes) throws IOException {
        var region = new DataRegionConfiguration()
                .setName(REGION)
                .setPersistenceEnabled(true)
                .setInitialSize(dramBytes)
                .setMaxSize(dramBytes)
                .setCheckpointPageBufferSize(Math.min(dramBytes / 4, MOST_CHECKPOINT_BUFFER));
        var storage = new DataStorageConfiguration()
                .setPageSize(PAGE_BYTES)
                .setWalMode(WALMode.NONE) // nothing is written while it is measured
                .setWalSegmentSize(WAL_SEGMENT)
                .setDefaultDataRegionConfiguration(region);
        int port = freePort();
        var discovery = new TcpDiscoverySpi() // it looks for other nodes at its own address only
                .setLocalPort(port)
                .setLocalPortRange(0)
                .setIpFinder(new TcpDiscoveryVmIpFinder().setAddresses(List.of(LOOPBACK + ":" + port)));
        return new IgniteConfiguration()
                .setWorkDirectory(work.toString())
                .setLocalHost(LOOPBACK)
                .setConnectorConfiguration(null)
                .setClientConnectorConfiguration(null)
                .setGridLogger(new NullLogger())
                .setDiscoverySpi(discovery)
                .setDataStorageConfiguration(storage);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Writes all pages, and has them checkpointed, so that each is clean and in the file. */
    private void fill(GridCacheDatabaseSharedManager database, WordReader content)
            throws IOException, IgniteCheckedException {
        for (int page = 0; page < ids.length; page += PAGES_A_LOCK) {
            database.checkpointReadLock();
            try {
                for (int i = page; i < Math.min(ids.length, page + PAGES_A_LOCK); i++) {
                    write(i, content);
                }
            } finally {
                database.checkpointReadUnlock();
            }
        }
        database.forceCheckpoint("filled").futureFor(CheckpointState.FINISHED).get();
    }

    private void write(int number, WordReader content) throws IOException, IgniteCheckedException {
        long id = memory.allocatePage(group, PARTITION, PageIdAllocator.FLAG_DATA);
        ids[number] = id;
        long page = memory.acquirePage(group, id);
        try {
            long address = memory.writeLock(group, id, page);
            try {
                DataPageIO.VERSIONS.latest().initNewPage(address, id, PAGE_BYTES, null);
                for (int word = HEADER_WORDS; word < WORDS; word++) {
                    PageUtils.putLong(address, word * Long.BYTES, content.read(number, word));
                }
            } finally {
                memory.writeUnlock(group, id, page, Boolean.FALSE, true);
            }
        } finally {
            memory.releasePage(group, id, page);
        }
    }

    @Override
    public int firstWord() {
        return HEADER_WORDS;
    }

    @Override
    public WordReader open() {
        return this::read;
    }

    private long read(int number, int word) throws IOException {
        long id = ids[number];
        try {
            long page = memory.acquirePage(group, id);
            try {
                long address = memory.readLock(group, id, page);
                try {
                    return PageUtils.getLong(address, word * Long.BYTES);
                } finally {
                    memory.readUnlock(group, id, page);
                }
            } finally {
                memory.releasePage(group, id, page);
            }
        } catch (IgniteCheckedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
