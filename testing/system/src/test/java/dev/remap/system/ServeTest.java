// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.broker.BrokerMain;
import dev.remap.cli.CliMain;
import dev.remap.linux.FileIo;
import dev.remap.linux.PeerCredentials;
import dev.remap.linux.UnixSocket;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker, its managers and its applications, each a process of its own, the applications with nothing but what an application links. */
@Timeout(120)
class ServeTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SELF = PeerCredentials.self().uid();
    private static final int ONE = 65_534;
    private static final int OTHER = 65_533;
    private static final long PAGES = 4_000;

    @TempDir
    Path directory;

    private final List<ChildJvm> children = new ArrayList<>();
    private Path socket;

    @BeforeEach
    void prepare() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        socket = directory.resolve("remap.sock");
    }

    @AfterEach
    void end() {
        children.reversed().forEach(ChildJvm::close);
    }

    private ChildJvm broker(String... options) {
        List<String> all = new ArrayList<>(List.of("--no-standby"));
        all.addAll(List.of(options));
        return brokerWithStandbys(all.toArray(String[]::new));
    }

    private ChildJvm brokerWithStandbys(String... options) {
        List<Object> arguments =
                new ArrayList<>(List.of("--socket", socket, "--spill-directory", directory, "--dram", "96M"));
        arguments.addAll(Arrays.asList(options));
        ChildJvm broker = ChildJvm.start(
                directory, List.of("-Djava.io.tmpdir=" + directory), BrokerMain.class, arguments.toArray());
        children.add(broker);
        Eventually.await(
                "a broker that serves", LIMIT, () -> broker.output().contains("serving at") || !broker.alive());
        return broker;
    }

    private ChildJvm application(String what, String name, Object... more) {
        return applicationOf(SELF, List.of(), what, name, more);
    }

    private ChildJvm applicationOf(int uid, List<String> flags, String what, String name, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(socket, what, name, PAGES));
        arguments.addAll(Arrays.asList(more));
        List<String> command = new ArrayList<>();
        if (uid != SELF) {
            command.addAll(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups"));
        }
        command.addAll(ChildJvm.command(flags, linked(), ServedMain.class.getName(), arguments.toArray()));
        ChildJvm child = ChildJvm.launch(directory, command);
        children.add(child);
        return child;
    }

    /** What an application links, copied to where every user can read it: no manager is among it. */
    private String linked() {
        return copied(".*/(api|wire|linux|system)/target/.*|.*/remap-(api|wire|linux)-[^/]*");
    }

    private String copied(String which) {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (entry.matches(which)) {
                Path place = directory.resolve("copy-" + Integer.toHexString(entry.hashCode()));
                copies.add(ReadableCopy.of(Path.of(entry), place).toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void asRoot() {
        Assumptions.assumeTrue(SELF == 0, "only root can become another user");
    }

    /** Neither of them has a right to userfaultfd, and one is not even allowed to ask. */
    @Test
    void twoUsersWithoutRightsWorkAndNeitherReachesTheOther() {
        asRoot();
        broker("--user", ONE + ":max=16M", "--user", OTHER + ":max=16M,applications=1");
        ChildJvm one = applicationOf(ONE, List.of(), "leave", "same-name", "filtered");
        assertThat(one.awaitLine("filtered", LIMIT)).isEqualTo("false");
        assertThat(one.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);

        ChildJvm other = applicationOf(OTHER, List.of(), "return", "same-name");
        assertThat(other.awaitLine("refused", LIMIT)).startsWith("NOT_FOUND");
        assertThat(other.awaitExit(LIMIT)).isZero();
        ChildJvm own = applicationOf(OTHER, List.of(), "leave", "same-name");
        assertThat(own.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        assertThat(applicationOf(OTHER, List.of(), "use", "more").awaitLine("refused", LIMIT))
                .startsWith("QUOTA")
                .contains("may have no more");

        kill(own.awaitLine("manager", LIMIT)); // of one, which the other must not notice
        one.send("");
        assertThat(one.awaitExit(LIMIT)).as(one.output()).isZero();
    }

    /** Its managers may not send root's process a signal: better no such region than a touch that waits for ever. */
    @Test
    void whatTheBrokersUserMayNotDoIsRefusedBeforeItMatters() throws IOException {
        asRoot();
        Path own = Files.createDirectory(directory.resolve("own"));
        Files.setAttribute(own, "unix:uid", OTHER);
        socket = own.resolve("remap.sock");
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--reuid=" + OTHER, "--regid=" + OTHER, "--clear-groups"));
        command.addAll(ChildJvm.command(
                List.of("-Djava.io.tmpdir=" + own),
                copied(".*"),
                BrokerMain.class.getName(),
                "--socket",
                socket,
                "--spill-directory",
                own,
                "--dram",
                "96M",
                "--no-standby",
                "--user",
                SELF));
        ChildJvm broker = ChildJvm.launch(directory, command);
        children.add(broker);
        broker.awaitLine("serving at", LIMIT);
        assertThat(application("abort", "r").awaitLine("refused", LIMIT))
                .startsWith("PERMISSION")
                .contains("CAP_KILL");
        assertThat(application("use", "r").awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
    }

    @Test
    void aUserThatIsNotListedIsToldSo() {
        asRoot();
        broker("--user", ONE + ":max=16M");
        assertThat(applicationOf(OTHER, List.of(), "use", "r").awaitLine("refused", LIMIT))
                .startsWith("PERMISSION")
                .contains("remap serve --user " + OTHER);
    }

    @Test
    void nobodyGetsMoreThanItsUserMayHave() {
        broker("--user", SELF + ":regions=5,space=2T,files=3");
        ChildJvm application = application("exhaust", "r");
        assertThat(application.awaitLine("files", LIMIT)).startsWith("3 QUOTA").contains("3 files open");
        assertThat(application.awaitLine("regions", LIMIT)).contains("QUOTA").contains("5 regions");
        assertThat(application.awaitExit(LIMIT)).as(application.output()).isZero();
    }

    /** What is no message ends its sender's connection and nothing else; and nobody but the broker's user commands it. */
    @Test
    void nonsenseAndPresumptionAreTurnedAway() throws IOException {
        broker("--user", SELF + "", "--user", ONE + "");
        for (int i = 0; i < 40; i++) {
            int fd = (int) UnixSocket.connect(socket);
            assertThat(fd).isNotNegative();
            byte[] nonsense = ("nonsense " + i).repeat(i + 1).getBytes(StandardCharsets.UTF_8);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, nonsense);
                long _ = UnixSocket.send(fd, bytes.address(), bytes.byteSize(), new int[0], 0, 0);
            }
            FileIo.close(fd);
        }
        ChildJvm application = application("use", "r");
        assertThat(application.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        asRoot();
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--reuid=" + ONE, "--regid=" + ONE, "--clear-groups"));
        command.addAll(ChildJvm.command(List.of(), linked(), PresumptuousMain.class.getName(), socket));
        ChildJvm other = ChildJvm.launch(directory, command);
        children.add(other);
        assertThat(other.awaitLine("answer", LIMIT)).contains("may not upgrade the managers");
        assertThat(other.awaitExit(LIMIT)).isZero();
    }

    @Test
    void aRegionOutlivesAKilledApplication() {
        broker();
        ChildJvm first = application("leave", "index");
        assertThat(first.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        first.kill();

        ChildJvm second = application("return", "index");
        assertThat(second.awaitLine("opened", LIMIT)).doesNotEndWith("resident 0");
        assertThat(second.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        ChildJvm meanwhile = application("return", "index");
        assertThat(meanwhile.awaitLine("refused", LIMIT)).startsWith("EXISTS").contains("process " + second.pid());
        second.send("");
        assertThat(second.awaitExit(LIMIT)).isZero();

        ChildJvm third = application("return", "index"); // closed, and not killed, this time
        assertThat(third.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        third.send("");
        assertThat(third.awaitExit(LIMIT)).isZero();
        assertThat(applicationOf(SELF, List.of("-Dschema=texts-2"), "return", "index")
                        .awaitLine("refused", LIMIT))
                .startsWith("INCOMPATIBLE")
                .contains("texts-1");
        assertThat(application("leave", "index").awaitLine("refused", LIMIT)).startsWith("EXISTS");
        assertThat(application("remove", "index").awaitLine("removed", LIMIT)).isEmpty();
        assertThat(application("return", "index").awaitLine("refused", LIMIT)).startsWith("NOT_FOUND");
    }

    /** What is left counts against its user; to open or remove it the user is admitted all the same. */
    @Test
    void whatIsLeftIsNoWayAroundTheLimits() {
        broker("--user", SELF + ":regions=1");
        ChildJvm first = application("leave", "one");
        assertThat(first.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        first.kill();
        Eventually.await("its burial", LIMIT, () -> !first.alive());
        assertThat(application("leave", "two").awaitLine("refused", LIMIT))
                .startsWith("QUOTA")
                .contains("has left 1 regions");
        assertThat(application("remove", "one").awaitLine("removed", LIMIT)).isEmpty();
        ChildJvm second = application("leave", "two");
        assertThat(second.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
    }

    @Test
    void aRegionThatNobodyOpensInTimeIsFreed() {
        ChildJvm broker = broker("--keep-for", "PT2S");
        ChildJvm first = application("leave", "index");
        assertThat(first.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        first.kill();
        Eventually.await("the end of its time", LIMIT, () -> broker.output().contains("nobody has opened it in time"));
        assertThat(application("return", "index").awaitLine("refused", LIMIT)).startsWith("NOT_FOUND");
    }

    @Test
    void systemdIsToldThatItServesLivesAndEnds() throws Throwable {
        Path path = directory.resolve("notify");
        try (NotifySocket notified = NotifySocket.open(path)) {
            List<String> command = new ArrayList<>(List.of("env", "NOTIFY_SOCKET=" + path, "WATCHDOG_USEC=1000000"));
            command.addAll(ChildJvm.command(
                    List.of("-Djava.io.tmpdir=" + directory),
                    System.getProperty("java.class.path"),
                    BrokerMain.class.getName(),
                    "--socket",
                    socket));
            ChildJvm broker = ChildJvm.launch(directory, command);
            children.add(broker);
            StringBuilder said = new StringBuilder();
            Eventually.await(
                    "READY and life",
                    LIMIT,
                    () -> said.append(notified.receive()).indexOf("WATCHDOG=1") >= 0);
            assertThat(said).startsWith("READY=1");
            assertThat(socket).exists();
            broker.terminate();
            Eventually.await(
                    "STOPPING", LIMIT, () -> said.append(notified.receive()).indexOf("STOPPING=1") >= 0);
            Eventually.await("its end", LIMIT, () -> !broker.alive());
            assertThat(socket).doesNotExist();
        }
    }

    @Test
    void aManagerThatDiesIsReplacedByTheBroker() {
        broker();
        ChildJvm application = application("leave", "index");
        assertThat(application.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        kill(application.awaitLine("manager", LIMIT));
        application.send("8");
        assertThat(application.awaitLine("budget", LIMIT)).isEqualTo("8");
        application.send("");
        assertThat(application.awaitExit(LIMIT)).as(application.output()).isZero();
        assertThat(application.output()).contains("has taken over").doesNotContain("wrong 1");
        ChildJvm second = application("return", "index");
        assertThat(second.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
    }

    /** The standby goes on with the channel to the broker, who hears of a death only when both are gone. */
    @Test
    void aStandbyTakesOverAndTheRegionOutlivesItsApplicationAllTheSame() {
        ChildJvm broker = brokerWithStandbys();
        ChildJvm application = application("leave", "index");
        assertThat(application.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        application.send("standby");
        application.awaitLine("standby", LIMIT);
        kill(application.awaitLine("manager", LIMIT));
        application.send("8");
        assertThat(application.awaitLine("budget", LIMIT)).isEqualTo("8");
        application.kill();
        ChildJvm second = application("return", "index");
        assertThat(second.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        assertThat(broker.output()).doesNotContain("another takes over");
    }

    /** Managers that do not live long enough are not replaced for ever; then nothing reads as zeros. */
    @Test
    void touchesEndInErrorsWhenManagersDieAgainAndAgain() {
        ChildJvm broker = broker();
        ChildJvm application = application("use", "r", "filtered");
        assertThat(application.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        kill(application.awaitLine("manager", LIMIT));
        for (int successor = 1; !broker.output().contains("again and again"); successor++) {
            int expected = successor;
            Eventually.await(
                    "successor " + successor,
                    LIMIT,
                    () -> takeovers(application).size() >= expected
                            || broker.output().contains("again and again"));
            if (takeovers(application).size() >= expected) {
                kill(takeovers(application).get(expected - 1));
            }
        }
        application.awaitLine("SEVERE: the manager has ended", LIMIT);
        application.send("");
        assertThat(application.awaitExit(LIMIT)).as(application.output()).isZero();
        assertThat(application.output()).contains("refused MANAGER_LOST").doesNotContain("wrong 1");
    }

    private static List<String> takeovers(ChildJvm application) {
        return Pattern.compile("process (\\d+) has taken over")
                .matcher(application.output())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void anUpgradeReplacesManagersUnderTheirApplicationsOrLeavesThemAlone() throws IOException {
        broker();
        ChildJvm application = application("use", "r");
        assertThat(application.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        ProcessHandle before = ProcessHandle.of(Long.parseLong(application.awaitLine("manager", LIMIT)))
                .orElseThrow();

        ChildJvm wrong = upgrade("--path", Files.createDirectory(directory.resolve("empty")));
        assertThat(wrong.awaitExit(LIMIT)).isEqualTo(1);
        assertThat(wrong.output()).contains("there is no manager in").contains("nothing has changed");
        assertThat(before.isAlive()).isTrue();

        ChildJvm strange = upgrade("--path", strangeRelease());
        assertThat(strange.awaitExit(LIMIT)).isEqualTo(1);
        assertThat(strange.output()).contains("nothing has changed");
        assertThat(before.isAlive()).isTrue();

        ChildJvm upgrade = upgrade();
        assertThat(upgrade.awaitExit(LIMIT)).as(upgrade.output()).isZero();
        assertThat(upgrade.output()).contains("1 managers replaced");
        assertThat(before.isAlive()).isFalse();
        application.send("8");
        assertThat(application.awaitLine("budget", LIMIT)).isEqualTo("8");
        application.send("");
        assertThat(application.awaitExit(LIMIT)).as(application.output()).isZero();
        assertThat(application.output().lines().filter(line -> line.startsWith("wrong")))
                .containsOnly("wrong 0 of " + PAGES);
    }

    /** One that finds that it does not understand the broker, and ends. */
    private Path strangeRelease() throws IOException {
        Path source = Files.createDirectories(directory.resolve("strange/dev/remap/manager"));
        Path main = source.resolve("ManagerMain.java");
        Files.writeString(
                main,
                "package dev.remap.manager; public class ManagerMain { public static void main(String[] a) throws Exception"
                        + " { dev.remap.wire.MeetingPoint.connect(a[1], Long.parseLong(a[2])); Thread.sleep(500); System.exit(3); } }");
        Path module = directory.resolve("strange/module-info.java");
        Files.writeString(module, "module dev.remap.manager { requires dev.remap.wire; }");
        Path classes = directory.resolve("strange-classes");
        String path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry ->
                        entry.matches(".*/(wire|linux)/target/.*|.*/remap-(wire|linux)-[^/]*|.*/jspecify-[^/]*"))
                .collect(Collectors.joining(File.pathSeparator));
        int compiled = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(System.out, System.err, "-p", path, "-d", classes.toString(), module.toString(), main.toString());
        assertThat(compiled).isZero();
        return Path.of(classes + File.pathSeparator + path);
    }

    private ChildJvm upgrade(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("upgrade", "--socket", socket));
        arguments.addAll(Arrays.asList(more));
        ChildJvm child = ChildJvm.start(directory, List.of(), CliMain.class, arguments.toArray());
        children.add(child);
        return child;
    }

    @Test
    void applicationsGoOnWithoutTheirBroker() {
        ChildJvm broker = broker();
        ChildJvm application = application("use", "r");
        assertThat(application.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
        broker.kill();
        Eventually.await("the broker's end", LIMIT, () -> !broker.alive());
        application.send("8");
        assertThat(application.awaitLine("budget", LIMIT)).isEqualTo("8");
        application.send("10");
        assertThat(application.awaitLine("refused", LIMIT))
                .as("nobody can grant more")
                .startsWith("MANAGER_LOST");
        assertThat(application.awaitExit(LIMIT)).as(application.output()).isZero();
        assertThat(application.output().lines().filter(line -> line.startsWith("wrong")))
                .containsOnly("wrong 0 of " + PAGES);

        broker(); // in the place of the one that was killed
        ChildJvm next = application("use", "r");
        assertThat(next.awaitLine("wrong", LIMIT)).isEqualTo("0 of " + PAGES);
    }

    @Test
    void theSocketIsForThoseWhoAreAdmitted() throws IOException {
        ChildJvm own = broker();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        own.terminate();
        Eventually.await("its end", LIMIT, () -> !own.alive());
        assertThat(socket).doesNotExist();
        broker("--user", Integer.toString(ONE));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-rw-rw-");
    }

    @Test
    void aSocketWhereOthersCouldPutTheirOwnIsRefused() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        socket = open.resolve("remap.sock");
        ChildJvm broker = broker();
        assertThat(broker.awaitExit(LIMIT)).isEqualTo(1);
        assertThat(broker.output()).contains("others can write to").contains("mode 755");

        socket = directory.resolve("link.sock");
        Path target = Files.createFile(directory.resolve("precious"));
        Files.createSymbolicLink(socket, target);
        assertThat(broker().awaitExit(LIMIT)).isEqualTo(1);
        assertThat(target).exists();
    }

    private static void kill(String pid) {
        ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
    }
}
