// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.broker.BrokerMain;
import dev.remap.cli.CliMain;
import dev.remap.linux.FileIo;
import dev.remap.linux.PeerCredentials;
import dev.remap.wire.CountersLayout;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regions that several living applications have open at the same time, of which DRAM holds a third. */
class SharedRegionTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int SELF = PeerCredentials.self().uid();
    private static final int OTHER = 65_533;
    private static final int STRANGER = 65_532;
    private static final int PAGES = 6_000;
    private static final int ROUNDS = 40_000;

    @TempDir
    Path directory;

    private final List<ChildJvm> children = new ArrayList<>();
    private Path socket;
    private int asked;

    @BeforeEach
    void prepare() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        socket = directory.resolve("remap.sock");
    }

    @AfterEach
    void end() {
        children.reversed().forEach(ChildJvm::close);
    }

    private void serve(String... options) {
        List<Object> arguments =
                new ArrayList<>(List.of("--socket", socket, "--spill-directory", directory, "--dram", "96M"));
        arguments.addAll(Arrays.asList(options));
        ChildJvm broker = ChildJvm.start(
                directory, List.of("-Djava.io.tmpdir=" + directory), BrokerMain.class, arguments.toArray());
        children.add(broker);
        broker.awaitLine("serving at", LIMIT);
    }

    private ChildJvm broker() {
        return children.getFirst();
    }

    private ChildJvm application() {
        return applicationOf(SELF);
    }

    private ChildJvm applicationOf(int uid) {
        List<String> command = new ArrayList<>();
        if (uid != SELF) {
            command.addAll(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups"));
        }
        command.addAll(ChildJvm.command(List.of(), linked(), SharedMain.class.getName(), socket));
        ChildJvm child = ChildJvm.launch(directory, command);
        children.add(child);
        child.awaitLine("manager", LIMIT);
        return child;
    }

    private String linked() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.matches(".*/(api|wire|linux|system)/target/.*|.*/remap-(api|wire|linux)-[^/]*"))
                .map(entry -> ReadableCopy.of(
                                Path.of(entry), directory.resolve("copy-" + Integer.toHexString(entry.hashCode())))
                        .toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Has an application do something, and waits for what comes of it. */
    private String ask(ChildJvm child, String what) {
        return answer(child, start(child, what));
    }

    /** Has it begin; {@link #answer} waits. */
    private String start(ChildJvm child, String what) {
        String name = "a" + ++asked;
        child.send(name + " " + what);
        return name;
    }

    private static String answer(ChildJvm child, String name) {
        return child.awaitLine(name + " ", LIMIT);
    }

    private static void asRoot() {
        Assumptions.assumeTrue(SELF == 0, "only root can become another user");
    }

    /** The managers that are no application's own. */
    private Set<String> sharedManagers() {
        Set<String> own = new TreeSet<>();
        for (ChildJvm child : children) {
            if (child != broker() && child.output().contains("manager ")) {
                own.add(child.awaitLine("manager", LIMIT));
            }
        }
        return ProcessHandle.of(broker().pid())
                .orElseThrow()
                .children()
                .filter(ProcessHandle::isAlive)
                .map(process -> Long.toString(process.pid()))
                .filter(pid -> !own.contains(pid))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String sharedManager() {
        Set<String> all = sharedManagers();
        assertThat(all).hasSize(1);
        return all.iterator().next();
    }

    private static void kill(String pid) {
        ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
    }

    @Test
    void aStoreOfOneIsALoadOfTheOtherUnderMemoryPressure() {
        serve("--no-standby");
        ChildJvm one = application();
        ChildJvm two = application();
        assertThat(ask(one, "create shared " + PAGES + " own")).isEqualTo("read-write");
        assertThat(ask(two, "open shared s1")).isEqualTo("read-write");
        assertThat(ask(two, "open shared s1")).startsWith("refused EXISTS");

        String counts = start(one, "count 200000");
        assertThat(ask(two, "count 200000")).doesNotStartWith("refused");
        answer(one, counts);
        assertThat(ask(one, "get 0")).isEqualTo("400000").isEqualTo(ask(two, "get 0"));

        assertThat(ask(one, "write")).isEqualTo("done");
        assertThat(ask(two, "wrong")).isEqualTo("0");
        assertThat(ask(one, "discard 0 " + PAGES * Pages.SIZE)).isEqualTo("done");
        String model = start(one, "model 0 2 1 " + ROUNDS);
        assertThat(ask(two, "model 1 2 2 " + ROUNDS)).startsWith("0 wrong");
        assertThat(answer(one, model)).startsWith("0 wrong");
        assertThat(Long.parseLong(ask(one, "resident 0 " + PAGES * Pages.SIZE)))
                .as("memory was short")
                .isLessThan(12 * Pages.MIB);
        assertThat(ask(two, "close")).isEqualTo("done");
        assertThat(ask(one, "wrong")).doesNotStartWith("died");
    }

    /** Protection in one of two address spaces would lose stores of the other. */
    @Test
    void noStoreIsLostOnPagesThatAreTakenOutOfMemoryWhileBothWriteThem() {
        serve("--no-standby");
        ChildJvm one = application();
        ChildJvm two = application();
        assertThat(ask(one, "create shared 64 own")).isEqualTo("read-write");
        assertThat(ask(two, "open shared s1")).isEqualTo("read-write");
        String first = start(one, "hammer 0 64 3000000");
        String second = start(two, "hammer 1 64 3000000");
        assertThat(answer(one, first)).startsWith("0 wrong");
        assertThat(answer(two, second)).startsWith("0 wrong");
    }

    @Test
    void anotherUserThatMayReadSeesAllAndCanChangeNothing() {
        asRoot();
        serve("--no-standby", "--user", SELF + "", "--user", OTHER + "", "--user", STRANGER + "");
        ChildJvm writer = application();
        ChildJvm reader = applicationOf(OTHER);
        assertThat(ask(writer, "create shared " + PAGES + " ro:" + OTHER)).isEqualTo("read-write");
        assertThat(ask(writer, "write")).isEqualTo("done");
        String name = SELF + "/shared";
        assertThat(ask(reader, "open shared s1")).startsWith("refused NOT_FOUND");
        assertThat(ask(reader, "open " + name + " s2")).startsWith("refused INCOMPATIBLE");
        assertThat(ask(reader, "open " + name + " s1")).isEqualTo("read-only");
        assertThat(ask(reader, "wrong")).isEqualTo("0");
        assertThat(ask(writer, "set 40 77")).isEqualTo("done");
        assertThat(ask(reader, "get 40")).isEqualTo("77");
        assertThat(ask(writer, "pageout 0 " + PAGES * Pages.SIZE)).doesNotStartWith("refused");
        assertThat(ask(reader, "get 40")).isEqualTo("77");
        assertThat(ask(writer, "write")).isEqualTo("done");
        assertThat(ask(reader, "load 0 40960")).isEqualTo("done");
        assertThat(ask(reader, "pin 0 40960")).isEqualTo("done");
        assertThat(ask(reader, "unpin 0 0")).isEqualTo("done");
        assertThat(ask(reader, "discard 0 4096")).startsWith("refused PERMISSION");
        assertThat(ask(reader, "repair 0 4096")).startsWith("refused PERMISSION");
        assertThat(ask(reader, "verify 0 4096")).isEqualTo("done");

        assertThat(ask(writer, "pageout 0 " + PAGES * Pages.SIZE)).doesNotStartWith("refused");
        assertThat(ask(reader, "hostile 0 " + 256 * Pages.SIZE)).isEqualTo("nothing");
        assertThat(ask(writer, "wrong")).isEqualTo("0");

        ChildJvm stranger = applicationOf(STRANGER);
        assertThat(ask(stranger, "open " + name + " s1"))
                .startsWith("refused PERMISSION")
                .contains("RegionSpec.sharedWith");
        assertThat(ask(stranger, "open " + OTHER + "/shared s1")).startsWith("refused PERMISSION");
        assertThat(ask(writer, "close")).isEqualTo("done");
        assertThat(ask(applicationOf(OTHER), "open " + name + " s1")).isEqualTo("read-only");
    }

    /** Planted zeros are what a successor finds in the memfd. */
    @Test
    void whatAReaderHasPlantedIsNotTakenForAPageAfterATakeover() {
        asRoot();
        serve("--no-standby", "--user", SELF + "", "--user", OTHER + "");
        ChildJvm writer = application();
        ChildJvm reader = applicationOf(OTHER);
        assertThat(ask(writer, "create shared " + PAGES + " ro:" + OTHER + " tier:file"))
                .isEqualTo("read-write");
        assertThat(ask(writer, "write")).isEqualTo("done");
        assertThat(ask(reader, "open " + SELF + "/shared s1")).isEqualTo("read-only");
        assertThat(ask(writer, "pageout 0 " + PAGES * Pages.SIZE)).doesNotStartWith("refused");
        assertThat(ask(reader, "hostile 0 " + 256 * Pages.SIZE)).isEqualTo("nothing");
        kill(sharedManager());
        assertThat(ask(writer, "wrong")).isEqualTo("0");
    }

    @Test
    void oneIsKilledAndTheOtherGoesOnAlsoWithoutTheOneThatMadeIt() {
        serve("--no-standby");
        ChildJvm one = application();
        ChildJvm two = application();
        assertThat(ask(one, "create shared " + PAGES + " own")).isEqualTo("read-write");
        assertThat(ask(two, "open shared s1")).isEqualTo("read-write");
        assertThat(ask(one, "pin 0 " + 100 * Pages.SIZE)).isEqualTo("done");
        assertThat(ask(two, "discard 0 4096")).startsWith("refused INVALID").contains("pinned");
        String endless = start(one, "model 0 2 1 100000000");
        String model = start(two, "model 1 2 2 " + ROUNDS);
        one.kill();
        assertThat(answer(two, model)).startsWith("0 wrong");
        assertThat(one.output()).doesNotContain(endless + " ");
        Eventually.await(
                "pins of the dead are released",
                LIMIT,
                () -> ask(two, "discard 0 " + 100 * Pages.SIZE).equals("done"));
        assertThat(ask(two, "write")).isEqualTo("done");
        ChildJvm three = application();
        assertThat(ask(three, "open shared s1")).isEqualTo("read-write");
        assertThat(ask(three, "wrong")).isEqualTo("0");
    }

    @Test
    void theManagerIsKilledWhileBothTouchIt() {
        serve("--no-standby");
        takesOver(false);
        assertThat(broker().output()).contains("another takes over");
    }

    @Test
    void itsStandbyTakesOverForAll() {
        serve();
        takesOver(true);
        assertThat(broker().output()).doesNotContain("another takes over");
    }

    private void takesOver(boolean standby) {
        ChildJvm one = application();
        ChildJvm two = application();
        assertThat(ask(one, "create shared " + PAGES + " own tier:file")).isEqualTo("read-write");
        assertThat(ask(two, "open shared s1")).isEqualTo("read-write");
        assertThat(ask(one, "pin 0 40960")).isEqualTo("done");
        String first = start(one, "model 0 2 1 " + ROUNDS);
        String second = start(two, "model 1 2 2 " + ROUNDS);
        String manager = sharedManager();
        if (standby) {
            awaitStandby(manager);
        }
        kill(manager);
        assertThat(answer(one, first)).startsWith("0 wrong");
        assertThat(answer(two, second)).startsWith("0 wrong");
        assertThat(ask(two, "discard 0 4096")).as("the pin is there still").startsWith("refused INVALID");
        assertThat(ask(one, "unpin 0 0")).isEqualTo("done");
        assertThat(ask(two, "discard 0 4096")).isEqualTo("done");
        assertThat(ask(application(), "open shared s1")).isEqualTo("read-write");
        assertThat(one.output()).contains("has taken over");
        assertThat(two.output()).contains("has taken over");
    }

    private void awaitStandby(String manager) {
        Eventually.await("a standby that is ready", LIMIT, () -> standbyPid(Long.parseLong(manager)) != 0);
    }

    /** As the manager's counters have it. */
    private static long standbyPid(long manager) {
        long[] found = {0};
        Memfds.forEach(manager, (link, name) -> {
            if (name.contains("remap-counters")) {
                int fd = (int) FileIo.open(link.toString(), FileIo.O_RDONLY | FileIo.O_CLOEXEC, 0);
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment pid = arena.allocate(ValueLayout.JAVA_LONG);
                    FileIo.pread(fd, pid.address(), Long.BYTES, CountersLayout.STANDBY_PID);
                    found[0] = Math.max(found[0], pid.get(ValueLayout.JAVA_LONG, 0));
                } finally {
                    FileIo.close(fd);
                }
            }
        });
        return found[0];
    }

    @Test
    void anUpgradeReplacesTheManagerUnderAll() {
        serve("--no-standby");
        ChildJvm one = application();
        ChildJvm two = application();
        assertThat(ask(one, "create shared " + PAGES + " own")).isEqualTo("read-write");
        assertThat(ask(two, "open shared s1")).isEqualTo("read-write");
        String before = sharedManager();
        String first = start(one, "model 0 2 1 " + ROUNDS);
        String second = start(two, "model 1 2 2 " + ROUNDS);
        ChildJvm upgrade = ChildJvm.start(directory, List.of(), CliMain.class, "upgrade", "--socket", socket);
        assertThat(upgrade.awaitExit(LIMIT)).as(upgrade.output()).isZero();
        assertThat(upgrade.output()).contains("3 managers replaced");
        assertThat(answer(one, first)).startsWith("0 wrong");
        assertThat(answer(two, second)).startsWith("0 wrong");
        assertThat(ProcessHandle.of(Long.parseLong(before)).filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void itOutlivesAllThatHadItOpenOrEndsWithThem() {
        serve("--no-standby");
        ChildJvm one = application();
        ChildJvm two = application();
        assertThat(ask(one, "create kept " + PAGES + " own survives")).isEqualTo("read-write");
        assertThat(ask(two, "open kept s1")).isEqualTo("read-write");
        assertThat(ask(two, "write")).isEqualTo("done");
        one.kill();
        assertThat(ask(two, "close")).isEqualTo("done");
        Eventually.await("the end of its manager", LIMIT, () -> sharedManagers().isEmpty());
        ChildJvm three = application();
        assertThat(ask(three, "open kept s1")).isEqualTo("read-write");
        assertThat(ask(two, "open kept s1")).isEqualTo("read-write");
        assertThat(ask(two, "wrong")).isEqualTo("0");
        assertThat(ask(three, "wrong")).isEqualTo("0");
        assertThat(ask(application(), "remove kept")).startsWith("refused EXISTS");
        two.kill();
        three.kill();
        ChildJvm four = application();
        Eventually.await("the burial", LIMIT, () -> ask(four, "remove kept").equals("done"));
        assertThat(ask(four, "open kept s1")).startsWith("refused NOT_FOUND");

        assertThat(ask(four, "create gone 16 own")).isEqualTo("read-write");
        assertThat(ask(four, "create gone 16 own")).startsWith("refused EXISTS");
        assertThat(ask(application(), "create gone 16 own")).startsWith("refused EXISTS");
        assertThat(ask(application(), "create gone 16 survives")).startsWith("refused EXISTS");
        assertThat(ask(four, "close")).isEqualTo("done");
        assertThat(ask(application(), "open gone s1")).startsWith("refused NOT_FOUND");
    }

    @Test
    void aPageThatFailsFailsForAllAndIsRepairedForAll() {
        serve("--no-standby");
        ChildJvm one = application();
        ChildJvm two = application();
        assertThat(ask(one, "create shared 16 own")).isEqualTo("read-write");
        assertThat(ask(two, "open shared s1")).isEqualTo("read-write");
        assertThat(ask(one, "write")).isEqualTo("done");
        assertThat(ask(two, "wrong")).isEqualTo("0");
        Eventually.await(
                "all have left DRAM",
                LIMIT,
                () -> ask(one, "pageout 0 " + 16 * Pages.SIZE).equals("0")
                        && ask(one, "resident 0 " + 16 * Pages.SIZE).equals("0"));
        ZramCorruption.flip(Long.parseLong(sharedManager()));
        assertThat(ask(one, "get 40")).startsWith("died");
        assertThat(ask(two, "get 40")).startsWith("died");
        assertThat(ask(two, "failures 0 0")).isEqualTo("1");
        assertThat(ask(one, "verify 0 4096")).startsWith("refused CORRUPT");
        assertThat(ask(two, "load 0 4096")).startsWith("refused CORRUPT");
        ZramCorruption.flip(Long.parseLong(sharedManager()));
        assertThat(ask(two, "retry 0 4096")).isEqualTo("1");
        assertThat(ask(one, "wrong")).as("poison has gone everywhere").isEqualTo("0");
        assertThat(ask(two, "wrong")).isEqualTo("0");
        assertThat(ask(one, "verify 0 4096")).isEqualTo("done");
    }

    /** Whoever may only read cannot cut the memory: it must not see zeros all the same. */
    @Test
    void touchesOfAllEndInErrorsWhenManagersDieAgainAndAgain() {
        asRoot();
        serve("--no-standby", "--user", SELF + "", "--user", OTHER + "");
        ChildJvm writer = application();
        ChildJvm reader = applicationOf(OTHER);
        assertThat(ask(writer, "create shared " + PAGES + " ro:" + OTHER)).isEqualTo("read-write");
        assertThat(ask(writer, "write")).isEqualTo("done");
        assertThat(ask(reader, "open " + SELF + "/shared s1")).isEqualTo("read-only");
        assertThat(ask(reader, "wrong")).isEqualTo("0");
        kill(sharedManager());
        for (int successor = 1; !broker().output().contains("again and again"); successor++) {
            int expected = successor;
            Eventually.await(
                    "successor " + successor,
                    LIMIT,
                    () -> takeovers(writer).size() >= expected
                            || broker().output().contains("again and again"));
            if (takeovers(writer).size() >= expected) {
                kill(takeovers(writer).get(expected - 1));
            }
        }
        writer.awaitLine("SEVERE: the manager has ended", LIMIT);
        reader.awaitLine("SEVERE: the manager has ended", LIMIT);
        assertThat(ask(writer, "wrong")).startsWith("died");
        assertThat(ask(reader, "wrong")).startsWith("died");
        assertThat(ask(reader, "load 0 4096")).startsWith("refused MANAGER_LOST");
        writer.send("end");
        reader.send("end");
        assertThat(writer.awaitExit(LIMIT)).as(writer.output()).isZero();
        assertThat(reader.awaitExit(LIMIT)).as(reader.output()).isZero();
    }

    private static List<String> takeovers(ChildJvm child) {
        return Pattern.compile("process (\\d+) has taken over")
                .matcher(child.output())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void withoutBrokerAndManagerNobodyReadsZerosEither() {
        asRoot();
        serve("--no-standby", "--user", SELF + "", "--user", OTHER + "");
        ChildJvm writer = application();
        ChildJvm reader = applicationOf(OTHER);
        assertThat(ask(writer, "create shared " + PAGES + " ro:" + OTHER)).isEqualTo("read-write");
        assertThat(ask(writer, "write")).isEqualTo("done");
        assertThat(ask(reader, "open " + SELF + "/shared s1")).isEqualTo("read-only");
        String manager = sharedManager();
        broker().kill();
        Eventually.await("the broker's end", LIMIT, () -> !broker().alive());
        assertThat(ask(reader, "wrong")).as("it goes on without its broker").isEqualTo("0");
        kill(manager);
        writer.awaitLine("SEVERE: the manager has ended", LIMIT);
        reader.awaitLine("SEVERE: the manager has ended", LIMIT);
        assertThat(ask(writer, "wrong")).startsWith("died");
        assertThat(ask(reader, "wrong")).startsWith("died");
    }

    @Test
    void aSharedRegionCountsAgainstItsOwnerAndEndsInGoodOrder() {
        serve("--no-standby", "--user", SELF + ":applications=2");
        ChildJvm one = application();
        assertThat(ask(one, "create shared " + PAGES + " own")).isEqualTo("read-write");
        assertThat(ask(one, "create more 16 own")).startsWith("refused QUOTA");
        one.send("end");
        assertThat(one.awaitExit(LIMIT)).as(one.output()).isZero();
        Eventually.await("its manager's end", LIMIT, () -> sharedManagers().isEmpty());
        ChildJvm two = application();
        assertThat(ask(two, "open shared s1")).startsWith("refused NOT_FOUND");
        assertThat(ask(two, "create more 16 own")).isEqualTo("read-write");
    }
}
