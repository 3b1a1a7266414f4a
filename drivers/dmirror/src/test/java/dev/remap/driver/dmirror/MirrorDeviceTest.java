// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.driver.DeviceException;
import dev.remap.driver.dmirror.protocol.DeviceInfo;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.dmirror.protocol.ReasonCode;
import dev.remap.driver.dmirror.protocol.SnapshotByte;
import dev.remap.driver.mm.IntervalNotifier;
import dev.remap.driver.mm.MigrateReason;
import dev.remap.linux.FileIo;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver on a core that is a few maps; {@code ./remap conformance} runs it on the real one. */
class MirrorDeviceTest {
    private static final int PAGES = 64;

    @Test
    void readsThroughItsPageTableAndFaultsOnce() throws Exception {
        try (Fixture fixture = new Fixture("")) {
            fixture.fill(0, PAGES, 3);
            long first = fixture.command(DmirrorProtocol.READ, 0, 0, PAGES);
            assertThat(DmirrorProtocol.pages(first)).isEqualTo(PAGES);
            assertThat(DmirrorProtocol.events(first)).isEqualTo(1);
            assertThat(fixture.bufferByte(5)).isEqualTo((byte) 8);
            assertThat(DmirrorProtocol.events(fixture.command(DmirrorProtocol.READ, 0, 0, PAGES)))
                    .isZero();
        }
    }

    @Test
    void forgetsWhatIsInvalidated() throws Exception {
        try (Fixture fixture = new Fixture("")) {
            fixture.command(DmirrorProtocol.READ, 0, 0, PAGES);
            fixture.region.invalidate(IntervalNotifier.Event.CLEAR, 10, 5, null);
            assertThat(fixture.info().mapped()).isEqualTo(PAGES - 5);
            assertThatThrownBy(() -> fixture.command(DmirrorProtocol.READ, DmirrorProtocol.NO_FAULT, 0, PAGES))
                    .isInstanceOfSatisfying(
                            DeviceException.class, e -> assertThat(e.why()).isEqualTo(DeviceException.Cause.NOT_FOUND));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"private", "coherent", "private,volatile"})
    void pagesGoToItsMemoryAndComeBackWithTheirBytes(String options) throws Exception {
        try (Fixture fixture = new Fixture(options)) {
            fixture.fill(0, PAGES, 1);
            long there = fixture.command(DmirrorProtocol.MIGRATE_TO_DEV, 0, 0, PAGES);
            assertThat(DmirrorProtocol.pages(there)).isEqualTo(PAGES);
            assertThat(fixture.info().freeFrames()).isEqualTo(4096 - PAGES);
            fixture.command(DmirrorProtocol.READ, DmirrorProtocol.NO_FAULT, 0, PAGES);
            assertThat(fixture.bufferByte(9)).isEqualTo((byte) 10);
            assertThat(fixture.command(DmirrorProtocol.MIGRATE_TO_SYS, 0, 0, 32))
                    .isEqualTo(32);
            assertThat(fixture.command(DmirrorProtocol.RELEASE, 0)).isEqualTo(PAGES - 32);
            assertThat(fixture.region.touch(40)[0]).isEqualTo((byte) 41);
            assertThat(fixture.info().freeFrames()).isEqualTo(4096);
        }
    }

    @Test
    void whatTheDeviceWritesIsStoredBelowBeforeItIsAcknowledged() throws Exception {
        try (Fixture fixture = new Fixture("")) {
            fixture.command(DmirrorProtocol.MIGRATE_TO_DEV, 0, 0, PAGES);
            fixture.buffer.fill((byte) 77);
            fixture.command(DmirrorProtocol.WRITE, 0, 0, PAGES);
            assertThat(fixture.device.writtenBack).isEqualTo(PAGES);
            assertThat(fixture.region.touch(63)[4095]).isEqualTo((byte) 77);
        }
    }

    @Test
    void aFullDeviceLeavesPagesAndSaysSo() throws Exception {
        try (Fixture fixture = new Fixture("pages=10")) {
            long there = fixture.command(DmirrorProtocol.MIGRATE_TO_DEV, 0, 0, PAGES);
            assertThat(DmirrorProtocol.pages(there)).isEqualTo(10);
            assertThat(fixture.buffer.get(ValueLayout.JAVA_BYTE, 9)).isEqualTo((byte) ReasonCode.of("MIGRATED"));
            assertThat(fixture.buffer.get(ValueLayout.JAVA_BYTE, 10)).isEqualTo((byte) ReasonCode.of("SKIPPED"));
        }
    }

    @Test
    void aFrameComesBackWhenItsCopyFails() throws Exception {
        try (Fixture fixture = new Fixture("")) {
            fixture.command(DmirrorProtocol.FAIL_COPIES, 3);
            fixture.command(DmirrorProtocol.FAIL_ALLOCATIONS, 2);
            long there = fixture.command(DmirrorProtocol.MIGRATE_TO_DEV, 0, 0, PAGES);
            assertThat(DmirrorProtocol.pages(there)).isEqualTo(PAGES - 5);
            DeviceInfo info = fixture.info();
            assertThat(info.frames() - info.freeFrames()).isEqualTo(PAGES - 5).isEqualTo(info.pagesInUse());
        }
    }

    @Test
    void protectedPagesAreRefusedByKind() throws Exception {
        try (Fixture fixture = new Fixture("")) {
            fixture.region.hidden.set(3);
            fixture.region.readOnly.set(5);
            refused(fixture, DmirrorProtocol.READ, 3, DeviceException.Cause.FAULT);
            refused(fixture, DmirrorProtocol.WRITE, 5, DeviceException.Cause.PERMISSION);
            fixture.command(DmirrorProtocol.SNAPSHOT, 0, 3, 3);
            assertThat(fixture.buffer.asSlice(0, 3).toArray(ValueLayout.JAVA_BYTE))
                    .containsExactly(SnapshotByte.ERROR, SnapshotByte.WRITE, SnapshotByte.READ);
        }
    }

    @Test
    void aTouchEndsExclusiveAccessAlsoWhileItIsBeingTaken() throws Exception {
        try (Fixture fixture = new Fixture("")) {
            fixture.region.beforeMakeExclusiveReturns = () -> fixture.region.touch(7);
            assertThat(fixture.command(DmirrorProtocol.EXCLUSIVE, 0, 0, 16)).isEqualTo(15);
            assertThat(fixture.command(DmirrorProtocol.CHECK_EXCLUSIVE, 0, 7, 1))
                    .isZero();
            refused(fixture, DmirrorProtocol.CHECK_EXCLUSIVE, 8, DeviceException.Cause.PERMISSION);
            fixture.region.touch(8);
            assertThat(fixture.command(DmirrorProtocol.CHECK_EXCLUSIVE, 0, 7, 2))
                    .isZero();
            assertThat(fixture.command(DmirrorProtocol.RELEASE_EXCLUSIVE, 0, 0, 16))
                    .isEqualTo(14);
            assertThat(fixture.command(DmirrorProtocol.CHECK_EXCLUSIVE, 0, 0, 16))
                    .isZero();
        }
    }

    @Test
    void anotherManagersDeviceFindsTheBytes() throws Exception {
        Map<String, Integer> kept = new HashMap<>();
        long pfn;
        try (Fixture fixture = new Fixture("", kept)) {
            fixture.fill(0, 1, 99);
            fixture.command(DmirrorProtocol.MIGRATE_TO_DEV, 0, 0, 1);
            pfn = fixture.region.pfns[0];
        }
        try (Fixture next = new Fixture("", kept, pfn)) {
            next.region.pfns[0] = pfn;
            assertThat(next.info().freeFrames()).isEqualTo(4095);
            next.command(DmirrorProtocol.READ, 0, 0, 1);
            assertThat(next.bufferByte(0)).isEqualTo((byte) 99);
        }
        kept.values().forEach(FileIo::close);
    }

    @Test
    void brokenMemoryFailsItsPagesUnlessItIsRestored() throws Exception {
        try (Fixture fixture = new Fixture("")) {
            fixture.command(DmirrorProtocol.MIGRATE_TO_DEV, 0, 0, 4);
            assertThat(fixture.command(DmirrorProtocol.BREAK_MEMORY, DmirrorProtocol.RESTORED, 0, 8))
                    .isZero();
            assertThat(fixture.command(DmirrorProtocol.BREAK_MEMORY, 0, 0, 8)).isEqualTo(4);
        }
    }

    @Test
    void everyReasonHasACode() {
        assertThat(ReasonCode.NAMES)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(MigrateReason.values()).map(Enum::name).toList());
    }

    @Test
    void refusesWhatMakesNoSense() throws Exception {
        try (Fixture fixture = new Fixture("")) {
            refused(fixture, 11, 0, DeviceException.Cause.INVALID);
            assertThatThrownBy(() -> fixture.command(DmirrorProtocol.READ, 0, 0, 0))
                    .hasMessageContaining("needs a range");
            assertThatThrownBy(() -> fixture.command(DmirrorProtocol.READ, 0, 0, PAGES + 1))
                    .hasMessageContaining("buffer");
            assertThatThrownBy(() -> fixture.command(DmirrorProtocol.HOOK_THROWS, DmirrorProtocol.hookArgument(4, 1)))
                    .hasMessageContaining("no hook 4");
        }
    }

    private static void refused(Fixture fixture, int operation, int page, DeviceException.Cause why) {
        assertThatThrownBy(() -> fixture.command(operation, 0, page, 1))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.why()).isEqualTo(why));
    }
}
