// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.RangeCommands;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mapper;
import dev.remap.core.page.PageFailures;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.reclaim.ReclaimAgent;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.wire.AdviceCode;
import dev.remap.wire.Connection;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.FailureEntry;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.RepairCode;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Carries out an application's requests: checks them, hands those that may wait to another thread, and sees to it that each is
 * answered.
 */
final class RequestDispatcher {
    private static final System.Logger LOG = System.getLogger(RequestDispatcher.class.getName());
    private static final long CLOSE_RETRY_NS = 100_000;
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final int MOST_TASKS = 256;
    private static final int COMMAND_BYTES = 256;
    private static final int MOST_LIFETIMES = 64;
    private static final long EVACUATE_NS = 10_000_000_000L;

    private final Connection<Reply, Request> connection;
    private final RegionTable regions;
    private final ReclaimAgent reclaim;
    private final CommandAgents commands;
    private final RegionFactory factory;
    private final Runnable awaitFaults;
    private final Keepsakes keepsakes;
    private final BudgetRequests budgets;
    private final RegionClaims claims;
    private final FileRequests files;
    private final ReadRequests reads;
    private final Devices devices;
    private final DeviceRequests deviceRequests;
    /** Binding and unbinding wait for drivers. */
    private final Semaphore lifetimes = new Semaphore(MOST_LIFETIMES);

    private @Nullable Resumption resumption;
    private final AnswerQueue answers = new AnswerQueue();
    private final Thread answerer;
    private int mapper = Mapper.NOBODY;
    private @Nullable PeerPins pins;
    private final Semaphore tasks = new Semaphore(MOST_TASKS);

    /** What answers a request. */
    interface Answer {
        Reply get() throws CommandException, IOException;
    }

    RequestDispatcher(
            Connection<Reply, Request> connection,
            RegionTable regions,
            ReclaimAgent reclaim,
            CommandAgents commands,
            RegionFactory factory,
            Runnable awaitFaults,
            TransferBuffer transfer,
            Keepsakes keepsakes,
            DramBudget budget,
            Devices devices,
            @Nullable BrokerLink broker,
            @Nullable Resumption resumption) {
        this.connection = connection;
        this.regions = regions;
        this.reclaim = reclaim;
        this.commands = commands;
        this.factory = factory;
        this.awaitFaults = awaitFaults;
        this.keepsakes = keepsakes;
        budgets = new BudgetRequests(budget, broker);
        claims = new RegionClaims(regions, reclaim, factory, broker);
        files = new FileRequests(regions, factory, awaitFaults, keepsakes);
        reads = new ReadRequests(files, transfer, commands.newRangeCommands());
        this.devices = devices;
        deviceRequests = new DeviceRequests(devices, files, transfer);
        this.resumption = resumption;
        answerer = Thread.ofPlatform().daemon().name("remap-answers").start(answers);
    }

    /** Starts to carry out one request; does not wait for what may take long. */
    void dispatch(Received<Request> received) {
        if (resumption != null) {
            awaitResume(resumption, received);
            return;
        }
        long id = received.requestId();
        answers.awaitRoom();
        switch (received.message()) {
            case Request.CreateRegion create -> createRegion(id, create, received.fds());
            case Request.Load load -> load(id, load);
            case Request.Pin pin ->
                command(id, pin.region(), pin.offset(), pin.length(), (commands, region, first, pages) -> {
                    commands.pin(region, first, pages, pin.timeoutNs());
                    if (pins != null) {
                        pins.pinned(commands, region, first, pages);
                    }
                    return pages;
                });
            case Request.Unpin unpin -> command(id, unpin.region(), unpin.offset(), unpin.length(), this::unpin);
            case Request.Advise advise -> answer(id, () -> advise(advise));
            case Request.PageOut pageOut -> pageOut(id, pageOut);
            case Request.Discard discard ->
                command(id, discard.region(), discard.offset(), discard.length(), (commands, region, first, pages) -> {
                    commands.discard(region, first, pages);
                    return pages;
                });
            case Request.Failures failures -> answer(id, () -> failures(failures));
            case Request.Repair repair ->
                command(
                        id,
                        repair.region(),
                        repair.offset(),
                        repair.length(),
                        (commands, region, first, pages) ->
                                commands.repair(region, first, pages, repair.how() == RepairCode.ACCEPT_LOSS));
            case Request.Read read -> read(id, read);
            case Request.OpenFile open -> answer(id, () -> files.open(open, received.fds()));
            case Request.CloseFile close -> command(id, close.region(), close.offset(), close.length(), files::close);
            case Request.Force force ->
                command(id, force.region(), force.offset(), force.length(), RangeCommands::force);
            case Request.FileState state -> answer(id, () -> files.state(state));
            case Request.SetBudget set -> submit(_ -> answer(id, () -> budgets.set(set)), bytes());
            case Request.OpenRegion open -> submit(_ -> findRegion(id, open), bytes());
            case Request.AdoptRegion adopt -> submit(_ -> adoptRegion(id, adopt), bytes());
            case Request.RemoveRegion remove -> submit(_ -> answer(id, () -> claims.remove(remove)), bytes());
            case Request.Protect protect -> submit(_ -> answer(id, () -> deviceRequests.protect(protect)), bytes());
            case Request.BindDevice bind ->
                lifetime(id, () -> devices.bind(bind.name(), bind.driver(), bind.options()));
            case Request.UnbindDevice unbind -> lifetime(id, () -> devices.unbind(unbind.name(), unbind.timeoutNs()));
            case Request.CommandDevice command ->
                tryTo(id, () -> deviceRequests.command(command, end -> answer(id, end::get)));
            case Request.ListDevices list -> submit(_ -> answer(id, () -> deviceRequests.list(list)), bytes());
            case Request.CloseBegin close -> bringBackWhatSurvives(id, close.region());
            case Request.CloseEnd close -> closeEnd(id, close.region());
            case Request.Hello hello -> {
                IntStream.of(received.fds()).forEach(FileIo::close);
                refuse(id, "a second Hello: " + hello);
            }
            case Request.Join _, Request.JoinRegion _, Request.Upgrade _, Request.Bye _, Request.Resume _ ->
                refuse(id, received.message().toString());
        }
    }

    /** Carries out what may take a driver seconds, on a thread of its own. */
    private void lifetime(long id, Step step) {
        lifetimes.acquireUninterruptibly();
        Thread.ofPlatform().daemon().name("remap-lifetime").start(() -> {
            try {
                answer(id, () -> {
                    step.run();
                    return new Reply.Done(0);
                });
            } finally {
                lifetimes.release();
            }
        });
    }

    /**
     * Says whose requests these are, where several applications share a region.
     *
     * @param number of the application's mapper
     * @param itsPins what it has pinned
     */
    void serveFor(int number, PeerPins itsPins) {
        mapper = number;
        pins = itsPins;
    }

    /** Whether what comes is not carried out, since the application has not resumed after a takeover. */
    boolean isResuming() {
        return resumption != null;
    }

    /** Ends the thread that sends answers. */
    void close() {
        answerer.interrupt();
    }

    void submit(CommandAgents.Command command, int bytes) {
        commands.submit(inTurn(command), bytes);
    }

    private CommandAgents.Command inTurn(CommandAgents.Command command) {
        return ranges -> {
            ranges.turnTo(mapper);
            command.run(ranges);
        };
    }

    /** After a takeover: what comes before the application has resumed comes once more after that. */
    private void awaitResume(Resumption waiting, Received<Request> received) {
        if (received.message() instanceof Request.Resume resume && waiting.take(resume, reclaim)) {
            resumption = null;
        }
        for (int fd : received.fds()) {
            FileIo.close(fd);
        }
    }

    /** Two commands must not undo the same pin: more would be unpinned than was pinned. */
    private long unpin(RangeCommands commands, PagedRegion region, long first, long pages) throws CommandException {
        if (pins != null) {
            pins.unpin(first, pages);
            commands.unpin(region, first, pages);
            return pages;
        }
        synchronized (region.counters()) {
            for (long page = first; page < first + pages; page++) {
                if (!region.isPinned(page)) {
                    throw new CommandException(
                            ErrorCode.INVALID, "unpin of offset " + page * PAGE + ", which is not pinned", "");
                }
            }
            commands.unpin(region, first, pages);
        }
        return pages;
    }

    private interface RangeCommand {
        long run(RangeCommands commands, PagedRegion region, long first, long pages) throws CommandException;
    }

    private void command(long id, int regionId, long offset, long length, RangeCommand command) {
        submit(
                rangeCommands -> answer(id, () -> {
                    PagedRegion region = region(regionId, offset, length);
                    long first = offset / PAGE;
                    long pages = (offset + length + PAGE - 1) / PAGE - first;
                    return new Reply.Done(use(region, () -> command.run(rangeCommands, region, first, pages)));
                }),
                bytes());
    }

    /** What is done to a region. */
    interface Work {
        long run() throws CommandException;
    }

    /** Runs a command on a region that cannot be closed meanwhile. */
    static long use(PagedRegion region, Work work) throws CommandException {
        if (!region.tryUse()) {
            throw new CommandException(
                    ErrorCode.NOT_FOUND, "region " + region.config().name() + " is being closed", "");
        }
        try {
            return work.run();
        } finally {
            region.endUse();
        }
    }

    private void load(long id, Request.Load load) {
        CommandAgents.Command command = rangeCommands -> answer(id, () -> {
            if (load.offsets().length > 1) {
                loadAhead(rangeCommands, load);
            }
            for (long offset : load.offsets()) {
                PagedRegion region = region(load.region(), offset, load.lengthEach());
                long first = offset / PAGE;
                long pages = (offset + load.lengthEach() + PAGE - 1) / PAGE - first;
                use(region, () -> {
                    rangeCommands.load(region, first, pages, load.timeoutNs(), load.hint());
                    return pages;
                });
            }
            return new Reply.Done(load.offsets().length);
        });
        if (load.hint()) {
            commands.hint(inTurn(command));
        } else {
            commands.submit(command, bytes(load.offsets()));
        }
    }

    static int bytes(long... offsets) {
        return COMMAND_BYTES + offsets.length * Long.BYTES;
    }

    /** Asks other agents for help: while one waits for the disk, another can map what it has. */
    private void loadAhead(RangeCommands rangeCommands, Request.Load load) throws CommandException {
        for (long offset : load.offsets()) {
            region(load.region(), offset, load.lengthEach());
        }
        PagedRegion region = region(load.region(), 0, 0);
        LoadShares shares = new LoadShares(region, load.offsets(), load.lengthEach());
        for (int helper = 0; helper < shares.helpers(); helper++) {
            commands.hint(inTurn(shares::takeAll));
        }
        shares.takeAll(rangeCommands);
    }

    private void read(long id, Request.Read read) {
        if (!connection.hasWaiting() && reads.tryRead(read, mapper)) {
            send(id, new Reply.Done(ReadRequests.bytes(read)));
        } else {
            submit(ranges -> answer(id, () -> reads.read(read, ranges)), bytes(read.offsets()));
        }
    }

    private PagedRegion region(int id, long offset, long length) throws CommandException {
        return files.region(id, offset, length);
    }

    private Reply advise(Request.Advise advise) throws CommandException {
        PagedRegion region = region(advise.region(), advise.offset(), advise.length());
        long first = advise.offset() / PAGE;
        long pages = (advise.offset() + advise.length() + PAGE - 1) / PAGE - first;
        if (advise.advice() < AdviceCode.NORMAL || advise.advice() > AdviceCode.BYPASS) {
            throw new CommandException(ErrorCode.INVALID, "no advice has code " + advise.advice(), "");
        }
        if (advise.advice() == AdviceCode.COLD) {
            if (tasks.tryAcquire()) {
                reclaim.execute(() -> {
                    reclaim.cold(region, first, pages);
                    tasks.release();
                });
            }
        } else {
            region.advice().set(first, pages, advise.advice());
            files.keepAdvice(region);
        }
        return new Reply.Done(0);
    }

    private void pageOut(long id, Request.PageOut request) {
        answerLater(id, () -> {
            PagedRegion region = region(request.region(), request.offset(), request.length());
            long first = (request.offset() + PAGE - 1) / PAGE;
            long end = (request.offset() + request.length()) / PAGE;
            return new Reply.Done(reclaim.pageOut(region, first, Math.max(0, end - first)) * PAGE);
        });
    }

    /** Who opens a region later that survives will not find the devices of this manager. */
    private void bringBackWhatSurvives(long id, int regionId) {
        PagedRegion region = regions.get(regionId);
        if (region == null || !devices.hmm().hasPagesOnDevices()) {
            closeBegin(id, regionId);
            return;
        }
        commands.submit(
                _ -> {
                    if (tryTo(id, () -> bringBack(region))) {
                        closeBegin(id, regionId);
                    }
                },
                bytes());
    }

    private void bringBack(PagedRegion region) throws CommandException, IOException {
        long left = factory.survives(region) ? devices.hmm().bringBack(region, EVACUATE_NS) : 0;
        if (left > 0) {
            throw new CommandException(
                    ErrorCode.DEADLINE,
                    left + " pages of region " + region.config().name() + " have not come back from devices in "
                            + EVACUATE_NS / 1_000_000 + " ms",
                    "Remap.devices names who holds them; close the region again.");
        }
    }

    private void closeBegin(long id, int regionId) {
        answerLater(id, () -> {
            PagedRegion region = region(regionId, 0, 0);
            if (region.counters().get(CountersLayout.REGION_PINNED_PAGES) > 0) {
                throw new CommandException(
                        ErrorCode.INVALID, "region " + region.config().name() + " has pins", "Close them first.");
            }
            region.startClosing();
            return new Reply.Done(0);
        });
    }

    private void closeEnd(long id, int regionId) {
        tasks.acquireUninterruptibly();
        closeUnused(id, regionId);
    }

    /** Waits, by coming again, until no command uses the region any more. */
    private void closeUnused(long id, int regionId) {
        reclaim.execute(() -> {
            PagedRegion region = regions.get(regionId);
            if (region != null) {
                region.startClosing();
            }
            if (region != null && region.isInUse()) {
                LockSupport.parkNanos(CLOSE_RETRY_NS);
                closeUnused(id, regionId);
            } else {
                answer(id, () -> {
                    PagedRegion closing = region(regionId, 0, 0);
                    boolean survives = factory.survives(closing);
                    if (!survives) {
                        keepsakes.drop(RegionFactory.key(regionId));
                    }
                    reclaim.close(closing, awaitFaults);
                    if (survives) {
                        keepsakes.release(RegionFactory.key(regionId)); // from now on it may be another manager's
                    }
                    return new Reply.Done(0);
                });
                tasks.release();
            }
        });
    }

    private void createRegion(long id, Request.CreateRegion create, int[] fds) {
        if (!create.survives()) {
            createUnclaimed(id, create, fds);
            return;
        }
        submit(
                _ -> {
                    if (regions.at(create.baseAddress()) != null || tryTo(id, () -> claims.reserve(create))) {
                        createUnclaimed(id, create, fds);
                    } else {
                        IntStream.of(fds).forEach(FileIo::close);
                    }
                },
                bytes());
    }

    private void createUnclaimed(long id, Request.CreateRegion create, int[] fds) {
        answerLater(id, () -> {
            PagedRegion before = regions.at(create.baseAddress());
            if (before != null && factory.isMadeOf(before, create)) {
                FileIo.close(FileRequests.descriptor("CreateRegion", fds)); // asked for once more, after a takeover
                return new Reply.RegionCreated(before.id());
            }
            PagedRegion region = factory.create(create, FileRequests.descriptor("CreateRegion", fds));
            reclaim.open(region, create.policy());
            return new Reply.RegionCreated(region.id());
        });
    }

    private void findRegion(long id, Request.OpenRegion open) {
        tryTo(id, () -> {
            RegionClaims.Found found = claims.find(open);
            answers.add(() -> sendClosing(id, found.reply(), found.memfd()));
        });
    }

    private void adoptRegion(long id, Request.AdoptRegion adopt) {
        tryTo(id, () -> {
            Map<String, Keepsakes.Kept> kept = claims.claim(adopt);
            answerLater(id, () -> claims.adopt(adopt, kept));
        });
    }

    private Reply failures(Request.Failures request) throws CommandException {
        PagedRegion region = region(request.region(), request.fromOffset(), 0);
        List<FailureEntry> entries = region.failures().from(request.fromOffset() / PAGE, Protocol.MAX_FAILURES).stream()
                .map(RequestDispatcher::entry)
                .toList();
        return Reply.FailureList.firstOf(entries);
    }

    private static FailureEntry entry(PageFailures.Entry entry) {
        PageFailures.Failure failure = entry.failure();
        return new FailureEntry(
                entry.page() * PAGE,
                PAGE,
                failure.tier(),
                failure.cause().number(),
                failure.detail(),
                failure.sinceEpochMillis());
    }

    void refuse(long id, String what) {
        answer(id, () -> {
            throw new CommandException(ErrorCode.INVALID, "not expected here: " + what, "");
        });
    }

    /** Carries a request out on the reclaim agent, then answers. */
    void answerLater(long id, Answer answer) {
        tasks.acquireUninterruptibly();
        reclaim.execute(() -> {
            answer(id, answer);
            tasks.release();
        });
    }

    /** What is to be done before a request can be answered. */
    interface Step {
        void run() throws CommandException, IOException;
    }

    /** Takes a step; false if it failed, which is answered then. */
    boolean tryTo(long id, Step step) {
        try {
            step.run();
            return true;
        } catch (CommandException | IOException | RuntimeException e) {
            answer(id, () -> {
                switch (e) {
                    case CommandException refusal -> throw refusal;
                    case IOException failure -> throw failure;
                    default -> throw new IllegalStateException(e);
                }
            });
            return false;
        }
    }

    void answer(long id, Answer answer) {
        Reply reply;
        try {
            reply = answer.get();
        } catch (CommandException e) {
            reply = new Reply.Failed(e.code().number(), factory.mark(String.valueOf(e.getMessage())), e.remedy());
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "request failed", e);
            String what = factory.mark(String.valueOf(e.getMessage()));
            reply = new Reply.Failed(ErrorCode.IO.number(), what, "See the manager's log.");
        }
        if (id != 0) {
            send(id, reply);
        }
    }

    /** Never waits for an application that does not read. */
    private void send(long id, Reply reply) {
        try {
            if (reply instanceof Reply.RegionCreated || !connection.trySend(id, reply)) {
                answers.add(() -> sendAndWait(id, reply));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the application did not wait for its answer", e);
        }
    }

    private void sendAndWait(long id, Reply reply) {
        try {
            if (reply instanceof Reply.RegionCreated created) {
                sendWithWords(id, created);
            } else {
                connection.send(id, reply);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the application did not wait for its answer", e);
        }
    }

    void sendClosing(long id, Reply reply, int fd) {
        try {
            connection.send(id, reply, fd);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the application did not wait for its answer", e);
        }
        FileIo.close(fd);
    }

    private void sendWithWords(long id, Reply.RegionCreated created) throws IOException {
        PagedRegion region = regions.get(created.region());
        int words =
                region == null ? -1 : (int) Memfd.reopenReadOnly(region.table().fd());
        if (words < 0) {
            connection.send(
                    id,
                    new Reply.Failed(
                            ErrorCode.QUOTA.number(), "the page words could not be shared", "Raise ulimit -n."));
            return;
        }
        connection.send(id, created, words);
        FileIo.close(words);
    }
}
