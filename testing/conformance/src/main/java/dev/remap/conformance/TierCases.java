// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static dev.remap.conformance.Failure.equal;
import static dev.remap.conformance.Failure.holds;

import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.driver.TierFacts;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What a tier owes the core, after the contract of {@link Tier}. */
final class TierCases {
    private static final int PAGES = 2000;

    private TierCases() {}

    /** What a test does. */
    @FunctionalInterface
    interface Body {
        void run(TierLab lab) throws Exception;
    }

    /** One test. */
    record TierCase(String name, Body body) {}

    static List<TierCase> all() {
        return List.of(
                new TierCase("storedPagesComeBack", TierCases::roundTrip),
                new TierCase("anotherPagesBytesAreFoundOut", TierCases::wrongPage),
                new TierCase("damagedBytesAreFoundOut", TierCases::damaged),
                new TierCase("eachEntryOfABatchHasItsAnswer", TierCases::batches),
                new TierCase("freedRoomIsUsedAgain", TierCases::churn),
                new TierCase("aFullBudgetIsAnAnswerAndLosesNothing", TierCases::fullBudget),
                new TierCase("fetchersRunBesideStores", TierCases::concurrent),
                new TierCase("closingGivesEverythingBack", TierCases::closing),
                new TierCase("anotherManagerAdoptsWhatIsKept", TierCases::adoption),
                new TierCase("whatWasNotAdoptedIsFree", TierCases::partialAdoption));
    }

    /** Stores pages of text from {@code first} on; answers their locations, of which none may be refused. */
    private static long[] store(TierLab lab, Tier tier, long first, int count) {
        MemorySegment page = lab.pages(1);
        long[] locations = new long[count];
        for (int i = 0; i < count; i++) {
            TierLab.text(page, 0, first + i);
            locations[i] = tier.store(first + i, page.address());
            holds(
                    "page " + (first + i) + " is stored at " + locations[i],
                    locations[i] >= 0 && locations[i] < Tier.LOCATION_LIMIT);
        }
        return locations;
    }

    private static void check(TierLab lab, Tier.Fetcher fetcher, long first, long[] locations) {
        MemorySegment page = lab.pages(1);
        for (int i = 0; i < locations.length; i++) {
            equal("fetching page " + (first + i), 0L, fetcher.fetch(first + i, locations[i], page.address()));
            holds("page " + (first + i) + " has other bytes", lab.isText(page, 0, first + i));
        }
    }

    private static void roundTrip(TierLab lab) throws Exception {
        TierFacts facts = lab.ops.facts();
        holds("facts are numbers", facts.fetchLatencyNs() > 0 && facts.bandwidthBytesPerSecond() > 0);
        try (Tier tier = lab.open()) {
            long[] locations = store(lab, tier, 0, PAGES);
            equal("pages stored", (long) PAGES, tier.usage().pages());
            holds("locations differ", Arrays.stream(locations).distinct().count() == PAGES);
            Tier.Fetcher fetcher = tier.newFetcher();
            check(lab, fetcher, 0, locations);
            check(lab, fetcher, 0, locations);
        }
    }

    private static void wrongPage(TierLab lab) throws Exception {
        try (Tier tier = lab.open()) {
            long[] locations = store(lab, tier, 0, 64);
            MemorySegment page = lab.pages(1);
            Tier.Fetcher fetcher = tier.newFetcher();
            for (int i = 0; i < 64; i++) {
                long other = locations[(i + 1) % 64];
                equal("fetching another page's location", Tier.CORRUPT, fetcher.fetch(i, other, page.address()));
            }
        }
    }

    private static void damaged(TierLab lab) throws Exception {
        Tier tier = lab.open();
        if (lab.kept.isEmpty()) {
            tier.close();
            throw new Skip("nothing is kept that could be damaged from outside");
        }
        try (tier) {
            long[] locations = store(lab, tier, 0, 256);
            lab.damage();
            MemorySegment page = lab.pages(1);
            Tier.Fetcher fetcher = tier.newFetcher();
            int found = 0;
            for (int i = 0; i < locations.length; i++) {
                long result = fetcher.fetch(i, locations[i], page.address());
                holds("page " + i + " has other bytes, and is said to be right", result != 0 || lab.isText(page, 0, i));
                found += result == Tier.CORRUPT ? 1 : 0;
            }
            equal("damaged pages found out", 256, found);
        }
    }

    private static void batches(TierLab lab) throws Exception {
        int size = 32;
        MemorySegment pages = lab.pages(size);
        PageBatch batch = new PageBatch(size);
        try (Tier tier = lab.open()) {
            for (int i = 0; i < size; i++) {
                TierLab.text(pages, i, 500 + i);
                batch.add(500 + i, 0, pages.address() + (long) i * Content.PAGE);
            }
            tier.storeAll(batch);
            PageBatch fetched = new PageBatch(size);
            for (int i = 0; i < size; i++) {
                holds("entry " + i + " is stored", batch.result(i) >= 0);
                fetched.add(i == 7 ? 1 : 500 + i, batch.result(i), pages.address() + (long) i * Content.PAGE);
            }
            pages.fill((byte) 0);
            tier.newFetcher().fetchAll(fetched);
            for (int i = 0; i < size; i++) {
                equal("entry " + i, i == 7 ? Tier.CORRUPT : 0, fetched.result(i));
                holds("entry " + i + " has other bytes", i == 7 || lab.isText(pages, i, 500 + i));
            }
        }
    }

    private static void churn(TierLab lab) throws Exception {
        try (Tier tier = lab.open()) {
            long first = 0;
            for (int round = 0; round < 5; round++) {
                for (long location : store(lab, tier, 0, PAGES)) {
                    tier.free(location);
                }
                equal("pages stored", 0L, tier.usage().pages());
                tier.compact(1_000_000_000);
                first = round == 0 ? tier.usage().occupiedBytes() : first;
            }
            long last = tier.usage().occupiedBytes();
            holds("what is occupied grows from " + first + " to " + last, last <= first + (1 << 20));
        }
    }

    private static void fullBudget(TierLab lab) throws Exception {
        lab.budget.limit(64);
        MemorySegment page = lab.pages(1);
        try (Tier tier = lab.open()) {
            long[] locations = new long[PAGES * 4];
            int stored = 0;
            long result = 0;
            while (result >= 0 && stored < locations.length) {
                TierLab.text(page, 0, stored);
                result = tier.store(stored, page.address());
                if (result >= 0) {
                    locations[stored++] = result;
                }
            }
            equal("the refusal", Tier.NO_CAPACITY, result);
            holds("refusals are counted", tier.usage().refused() > 0);
            check(lab, tier.newFetcher(), 0, Arrays.copyOf(locations, stored));
            for (int i = 0; i < stored; i++) {
                tier.free(locations[i]);
            }
            tier.compact(1_000_000_000);
            holds("there is room again", tier.store(1, page.address()) >= 0);
        }
        equal("pages charged", 0L, lab.budget.charged());
    }

    private static void concurrent(TierLab lab) throws Exception {
        try (Tier tier = lab.open();
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            long[] locations = store(lab, tier, 0, PAGES);
            List<Tier.Fetcher> fetchers = List.of(tier.newFetcher(), tier.newFetcher());
            List<Future<?>> readers = fetchers.stream()
                    .<Future<?>>map(fetcher -> threads.submit(() -> check(lab, fetcher, 0, locations)))
                    .toList();
            for (int round = 0; round < 3; round++) {
                for (long location : store(lab, tier, 5000, PAGES)) {
                    tier.free(location);
                }
                tier.compact(10_000_000);
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
            equal("pages stored", (long) PAGES, tier.usage().pages());
        }
    }

    private static void closing(TierLab lab) throws Exception {
        Tier tier = lab.open();
        store(lab, tier, 0, PAGES);
        holds("something is charged", lab.budget.charged() > 0);
        tier.close();
        equal("pages charged", 0L, lab.budget.charged());
    }

    private static void adoption(TierLab lab) throws Exception {
        needsSurvival(lab);
        Tier died = lab.open();
        long[] locations = store(lab, died, 0, PAGES);
        TierLab.Budget budget = lab.budget;
        long charged = budget.charged();
        try (Tier tier = lab.open()) {
            for (int i = 0; i < PAGES; i++) {
                holds("page " + i + " is adopted", tier.adopt(i, locations[i]));
            }
            holds("a location that cannot be is adopted", !tier.adopt(PAGES, Tier.LOCATION_LIMIT - 1));
            tier.adopted();
            equal("pages stored", (long) PAGES, tier.usage().pages());
            holds("adopted pages are charged", budget.charged() > charged);
            check(lab, tier.newFetcher(), 0, locations);
            long[] more = store(lab, tier, 4000, 100);
            check(lab, tier.newFetcher(), 4000, more);
            check(lab, tier.newFetcher(), 0, locations);
        }
    }

    private static void partialAdoption(TierLab lab) throws Exception {
        needsSurvival(lab);
        Tier died = lab.open();
        long[] locations = store(lab, died, 0, PAGES);
        try (Tier tier = lab.open()) {
            for (int i = 0; i < PAGES; i += 10) {
                holds("page " + i + " is adopted", tier.adopt(i, locations[i]));
            }
            tier.adopted();
            equal("pages stored", (long) PAGES / 10, tier.usage().pages());
            long[] more = store(lab, tier, 6000, PAGES);
            check(lab, tier.newFetcher(), 6000, more);
            for (int i = 0; i < PAGES; i += 10) {
                check(lab, tier.newFetcher(), i, new long[] {locations[i]});
            }
        }
    }

    private static void needsSurvival(TierLab lab) {
        if (!lab.ops.facts().survivesManager()) {
            throw new Skip("what " + lab.ops.name() + " stores ends with the manager, as its facts say");
        }
    }
}
