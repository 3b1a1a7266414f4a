// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.Access;
import dev.remap.Pin;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.Repair;
import dev.remap.Survives;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of several applications that share a region. Argument: the broker's socket. Each line that it gets is a name for the answer, what to
 * do, and how; it answers with the name and the outcome.
 */
final class SharedMain {
    private static final VarHandle LONG = JAVA_LONG.varHandle();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Remap remap;
    private final List<Pin> pins = new ArrayList<>();
    private @Nullable Region open;
    private long evictions;

    private SharedMain(Remap remap) {
        this.remap = remap;
    }

    public static void main(String[] arguments) throws Exception {
        RemapConfig config = RemapConfig.defaults().dramBytes(12 * Pages.MIB);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Remap remap = Remap.connect(Path.of(arguments[0]), config)) {
            System.out.println("manager " + remap.stats().managerPid());
            SharedMain main = new SharedMain(remap);
            for (String line = in.readLine(); line != null && !line.equals("end"); line = in.readLine()) {
                String[] words = line.split(" ");
                System.out.println(words[0] + " " + main.answer(Arrays.copyOfRange(words, 1, words.length)));
            }
        }
        System.out.println("ended");
    }

    private String answer(String[] words) throws IOException {
        try {
            return run(words);
        } catch (RemapException e) {
            return "refused " + e.category() + " " + e.getMessage();
        } catch (InternalError e) {
            return "died " + e.getMessage();
        }
    }

    private String run(String[] words) throws IOException {
        return switch (words[0]) {
            case "create" -> create(words[1], Long.parseLong(words[2]), Arrays.copyOfRange(words, 3, words.length));
            case "open" -> opened(remap.open(words[1], words[2]));
            case "remove" -> {
                remap.remove(words[1]);
                yield "done";
            }
            case "close" -> {
                region().close();
                open = null;
                yield "done";
            }
            case "write" -> {
                Pages.writeTexts(region().segment(), 0, pages());
                yield "done";
            }
            case "wrong" -> Long.toString(Pages.wrongTexts(region().segment(), 0, pages()));
            case "count" -> count(Long.parseLong(words[1]));
            case "model" ->
                new SharedModel(region().segment(), Integer.parseInt(words[1]), Integer.parseInt(words[2]))
                        .run(Long.parseLong(words[3]), Integer.parseInt(words[4]));
            case "hammer" -> hammer(Integer.parseInt(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            case "get" -> Long.toString((long) LONG.getVolatile(region().segment(), Long.parseLong(words[1])));
            case "set" -> {
                LONG.setVolatile(region().segment(), Long.parseLong(words[1]), Long.parseLong(words[2]));
                yield "done";
            }
            default -> command(words);
        };
    }

    private String command(String[] words) throws IOException {
        long offset = Long.parseLong(words[1]);
        long length = Long.parseLong(words[2]);
        return switch (words[0]) {
            case "pin" -> {
                pins.add(region().pin(offset, length, LIMIT));
                yield "done";
            }
            case "unpin" -> {
                pins.removeFirst().close();
                yield "done";
            }
            case "pageout" -> Long.toString(region().pageOut(offset, length));
            case "discard" -> {
                region().discard(offset, length);
                yield "done";
            }
            case "load" -> {
                region().load(offset, length, LIMIT);
                yield "done";
            }
            case "resident" -> Long.toString(region().residentBytes(offset, length));
            case "repair" -> Long.toString(region().repair(offset, length, Repair.ACCEPT_LOSS));
            case "retry" -> Long.toString(region().repair(offset, length, Repair.RETRY));
            case "failures" -> Integer.toString(region().failures().size());
            case "verify" -> {
                region().verify(offset, length);
                yield "done";
            }
            case "hostile" -> ReaderAttacks.run(region(), offset, length);
            default -> throw new IllegalArgumentException(String.join(" ", words));
        };
    }

    private String create(String name, long pages, String[] options) throws IOException {
        RegionSpec spec = RegionSpec.ofSize(pages * Pages.SIZE).survives(Survives.NOTHING, "s1");
        for (String option : options) {
            String[] sides = option.split(":");
            spec = switch (sides[0]) {
                case "survives" -> spec.survives(Survives.CLIENT, "s1");
                case "tier" -> spec.tiers(sides[1]);
                case "rw" -> spec.sharedWith(Access.READ_WRITE, Integer.parseInt(sides[1]));
                case "ro" -> spec.sharedWith(Access.READ_ONLY, Integer.parseInt(sides[1]));
                case "own" -> spec.sharedWith(Access.READ_WRITE);
                default -> throw new IllegalArgumentException(option);
            };
        }
        return opened(remap.create(name, spec));
    }

    private String opened(Region region) {
        open = region;
        boolean found = remap.rangeOf(region.segment().asSlice(8, 8)).isPresent()
                && remap.regions().contains(region);
        return (region.segment().isReadOnly() ? "read-only" : "read-write") + (found ? "" : " and not found");
    }

    private String count(long times) {
        for (long i = 0; i < times; i++) {
            long _ = (long) LONG.getAndAdd(region().segment(), 0L, 1L);
        }
        return Long.toString((long) LONG.getVolatile(region().segment(), 0L));
    }

    /** The model on a few pages, which are taken out of DRAM all the time, mapped and written as they are. */
    private String hammer(int lane, int pages, int rounds) throws IOException {
        Region region = region();
        SharedModel model = new SharedModel(region.segment().asSlice(0, (long) pages * Pages.SIZE), lane, 2);
        Thread evictor = Thread.ofPlatform().daemon().start(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    evictions += region.pageOut(0, (long) pages * Pages.SIZE) / Pages.SIZE;
                }
            } catch (RemapException e) {
                System.out.println("evictor " + e.getMessage());
            }
        });
        String result = model.run(lane, rounds);
        evictor.interrupt();
        boolean _ = join(evictor);
        System.out.println("evicted " + evictions);
        return result;
    }

    private static boolean join(Thread thread) throws IOException {
        try {
            return thread.join(LIMIT);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Region region() {
        Region region = open;
        if (region == null) {
            throw new IllegalStateException("nothing is open");
        }
        return region;
    }

    private long pages() {
        return region().size() / Pages.SIZE;
    }
}
