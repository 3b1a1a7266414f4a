// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import static dev.remap.driver.dmirror.Mirror.require;

import dev.remap.driver.Device;
import dev.remap.driver.DeviceCommand;
import dev.remap.driver.DeviceCommands;
import dev.remap.driver.DeviceException;
import dev.remap.driver.DeviceException.Cause;
import dev.remap.driver.Devres;
import dev.remap.driver.dmirror.protocol.DeviceInfo;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.dmirror.protocol.SnapshotByte;
import dev.remap.driver.mm.Pagemap;
import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.PfnRange;
import dev.remap.driver.mm.RangeFault;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One bound device, and its commands. They come one at a time; the lock that hooks take is held for copies only. */
final class MirrorDevice implements DeviceCommands {
    private static final long OPERATIONS = 0x3FL << DmirrorProtocol.FAIL_ALLOCATIONS | 0x7FFL;

    /** Frames of 4 KiB that make 2 MiB, as a power of two. */
    private static final int PMD_ORDER = 9;

    private final Object lock = new Object();
    private final DmirrorOptions options;
    private final FaultInjection injection;
    private final DeviceFrames own;
    private final Pagemap pagemap;
    private final PageAccess access;
    private final Migration migration;
    private final Mirrors mirrors;
    private final List<MirrorDevice> peers;
    private final Devres.Action closeMirrors;
    private final Devres.Action leavePeers;

    private MirrorDevice(
            Device device,
            DmirrorOptions options,
            @Nullable DeviceMemory memory,
            Object owner,
            List<MirrorDevice> peers)
            throws IOException {
        this.options = options;
        this.peers = peers;
        injection = new FaultInjection(options.copyNs());
        own = new DeviceFrames(options.pages());
        pagemap = device.memremapPages(new MemoryHooks(own, memory, injection).describe(options, owner));
        own.begin(pagemap.ranges().getFirst().first(), pagemap.adopted());
        access = new PageAccess(lock, own, memory, device.frames(), pagemap);
        migration = new Migration(owner, own, memory, pagemap, injection);
        mirrors = new Mirrors(vma -> new Mirror(vma, lock, injection, owner));
        closeMirrors = mirrors::close;
        leavePeers = () -> peers.remove(this);
    }

    /** Gives a device what its options say. Its owner is itself: no other device's pages are its own. */
    static MirrorDevice probe(Device device, List<MirrorDevice> peers) throws IOException {
        DmirrorOptions options = DmirrorOptions.parse(device.options());
        if (!options.supplier().isEmpty()) {
            device.dependOn(options.supplier());
        }
        DeviceMemory memory = memory(device, options);
        MirrorDevice made = new MirrorDevice(device, options, memory, new Object(), peers);
        Devres.Group group = device.devres().openGroup("what " + device.name() + " takes part in");
        made.start(device);
        group.close();
        if (options.isBroken()) {
            group.release();
            throw new IOException("device " + device.name() + " is broken, as its options say");
        }
        group.remove();
        return made;
    }

    private void start(Device device) {
        device.devres().addActionOrReset("mirrors of " + device.name(), closeMirrors);
        peers.add(this);
        device.devres().addActionOrReset("place of " + device.name() + " among its peers", leavePeers);
        device.provideCommands(this);
    }

    /** Watches nothing any more, and is nobody's peer. */
    void stop(Devres devres) {
        devres.releaseAction(closeMirrors);
        peers.remove(this);
        devres.removeAction(leavePeers);
    }

    private static @Nullable DeviceMemory memory(Device device, DmirrorOptions options) throws IOException {
        if (options.type() == PagemapType.COHERENT) {
            return null;
        }
        DeviceMemory memory = options.isVolatile()
                ? DeviceMemory.anonymous(device.name(), options.pages())
                : DeviceMemory.kept(device.name(), options.pages(), device.descriptors());
        return device.devres().add("memory of " + device.name(), memory);
    }

    @Override
    public long command(DeviceCommand command) throws DeviceException {
        return switch (command.operation()) {
            case DmirrorProtocol.INFO -> info(command);
            case DmirrorProtocol.RELEASE -> migration.release(command);
            case DmirrorProtocol.FAIL_ALLOCATIONS,
                    DmirrorProtocol.FAIL_COPIES,
                    DmirrorProtocol.SLOW_COPIES,
                    DmirrorProtocol.HOOK_THROWS,
                    DmirrorProtocol.HOOK_HANGS -> inject(command.operation(), command.argument());
            default -> onPages(command);
        };
    }

    private long onPages(DeviceCommand command) throws DeviceException {
        Mirror mirror = mirror(command);
        long pages = command.pages();
        return switch (command.operation()) {
            case DmirrorProtocol.READ -> access.read(mirror, withBuffer(command, pages * DmirrorProtocol.PAGE_BYTES));
            case DmirrorProtocol.WRITE -> access.write(mirror, withBuffer(command, pages * DmirrorProtocol.PAGE_BYTES));
            case DmirrorProtocol.MIGRATE_TO_DEV -> migration.toDevice(mirror, command);
            case DmirrorProtocol.MIGRATE_TO_SYS -> migration.toSystem(mirror, command);
            case DmirrorProtocol.SNAPSHOT -> snapshot(mirror, withBuffer(command, pages));
            case DmirrorProtocol.EXCLUSIVE -> claim(mirror, command);
            case DmirrorProtocol.CHECK_EXCLUSIVE -> checkExclusive(mirror, command);
            case DmirrorProtocol.RELEASE_EXCLUSIVE -> mirror.unclaim(command);
            case DmirrorProtocol.LOCATE -> locate(mirror, command);
            case DmirrorProtocol.BREAK_MEMORY -> breakMemory(mirror, command);
            default -> throw unknown(command.operation());
        };
    }

    private static DeviceException unknown(int operation) {
        return new DeviceException(Cause.INVALID, "dmirror has no operation " + operation + "; see DmirrorProtocol");
    }

    private Mirror mirror(DeviceCommand command) throws DeviceException {
        var vma = command.vma();
        if (vma == null || command.pages() <= 0) {
            throw new DeviceException(Cause.INVALID, "operation " + command.operation() + " needs a range of a region");
        }
        try {
            return mirrors.of(vma);
        } catch (IllegalStateException e) {
            throw new DeviceException(Cause.FAULT, "region " + vma.region() + " is being closed");
        }
    }

    private static DeviceCommand withBuffer(DeviceCommand command, long bytes) throws DeviceException {
        long has = command.buffer().byteSize();
        require(has >= bytes, Cause.INVALID, "the buffer has " + has + " bytes, and needs " + bytes);
        return command;
    }

    private long info(DeviceCommand command) throws DeviceException {
        List<Mirror> all = mirrors.all();
        return new DeviceInfo(
                        DmirrorProtocol.VERSION,
                        OPERATIONS,
                        options.type() == PagemapType.PRIVATE ? DeviceInfo.PRIVATE : DeviceInfo.COHERENT,
                        pagemap.description().survivesManager() ? DeviceInfo.SURVIVES : 0,
                        own.count(),
                        own.free(),
                        pagemap.pagesInUse(),
                        all.size(),
                        all.stream().mapToLong(Mirror::mapped).sum())
                .write(withBuffer(command, DeviceInfo.BYTES).buffer());
    }

    private long inject(int operation, long argument) throws DeviceException {
        int hook = DmirrorProtocol.hook(argument);
        long amount = DmirrorProtocol.amount(argument);
        require(argument >= 0, Cause.INVALID, "the argument is negative: " + argument);
        switch (operation) {
            case DmirrorProtocol.FAIL_ALLOCATIONS -> injection.failAllocations(argument);
            case DmirrorProtocol.FAIL_COPIES -> injection.failCopies(argument);
            case DmirrorProtocol.SLOW_COPIES -> injection.slowCopies(argument);
            case DmirrorProtocol.HOOK_THROWS ->
                require(injection.throwInHook(hook, amount), Cause.INVALID, "there is no hook " + hook);
            case DmirrorProtocol.HOOK_HANGS ->
                require(injection.hangInHook(hook, amount), Cause.INVALID, "there is no hook " + hook);
            default -> throw unknown(operation);
        }
        return 0;
    }

    private long snapshot(Mirror mirror, DeviceCommand command) throws DeviceException {
        for (long done = 0; done < command.pages(); done += DmirrorProtocol.MAX_PAGES) {
            int pages = (int) Math.min(command.pages() - done, DmirrorProtocol.MAX_PAGES);
            long[] answers = mirror.lookUp(command.firstPage() + done, pages, command);
            for (int i = 0; i < pages; i++) {
                command.buffer().set(ValueLayout.JAVA_BYTE, done + i, (byte) snapshotByte(answers[i]));
            }
        }
        return command.pages();
    }

    private int snapshotByte(long answer) {
        if ((answer & RangeFault.ERROR) != 0) {
            return SnapshotByte.ERROR;
        }
        if ((answer & RangeFault.VALID) == 0) {
            return SnapshotByte.NONE;
        }
        int access = (answer & RangeFault.WRITE) != 0 ? SnapshotByte.WRITE : SnapshotByte.READ;
        int size = RangeFault.order(answer) >= PMD_ORDER ? SnapshotByte.PMD : 0;
        return access | size | whose(RangeFault.pfn(answer));
    }

    private int whose(long pfn) {
        if (own.contains(pfn)) {
            return options.type() == PagemapType.PRIVATE ? SnapshotByte.PRIVATE_LOCAL : SnapshotByte.COHERENT_LOCAL;
        }
        return peers.stream()
                .filter(peer -> peer.own.contains(pfn))
                .findFirst()
                .map(peer -> peer.options.type() == PagemapType.PRIVATE
                        ? SnapshotByte.PRIVATE_REMOTE
                        : SnapshotByte.COHERENT_REMOTE)
                .orElse(0);
    }

    private static long claim(Mirror mirror, DeviceCommand command) throws DeviceException {
        long mapped = 0;
        for (long done = 0; done < command.pages(); done += DmirrorProtocol.MAX_PAGES) {
            Mirror.remaining(command);
            int pages = (int) Math.min(command.pages() - done, DmirrorProtocol.MAX_PAGES);
            mapped += mirror.claim(command.firstPage() + done, pages);
        }
        return mapped;
    }

    private long checkExclusive(Mirror mirror, DeviceCommand command) throws DeviceException {
        require(
                !mirror.hasExclusive(command.firstPage(), command.pages()),
                Cause.PERMISSION,
                "the device has exclusive access to a page of the range");
        return 0;
    }

    private static long locate(Mirror mirror, DeviceCommand command) throws DeviceException {
        long answer = mirror.lookUp(command.firstPage(), 1, command)[0];
        require((answer & RangeFault.VALID) != 0, Cause.NOT_FOUND, "page " + command.firstPage() + " is in no frame");
        return RangeFault.pfn(answer);
    }

    private long breakMemory(Mirror mirror, DeviceCommand command) throws DeviceException {
        injection.restores(command.argument() == DmirrorProtocol.RESTORED);
        long failed = 0;
        for (long done = 0; done < command.pages(); done++) {
            long page = command.firstPage() + done;
            long pfn = RangeFault.pfn(mirror.lookUp(page, 1, command)[0]);
            Pagemap.Location there = own.contains(pfn) ? pagemap.location(pfn) : null;
            if (there != null && there.page() == page && there.region().equals(mirror.vma.region())) {
                failed += pagemap.memoryFailure(new PfnRange(pfn, 1));
            }
        }
        return failed;
    }
}
