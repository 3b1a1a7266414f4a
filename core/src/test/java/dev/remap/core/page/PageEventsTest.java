// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageEventsTest {
    private final PageEvents events = new PageEvents();

    private static class Written implements PageEvents.Consumer {
        final List<String> all = new ArrayList<>();

        @Override
        public void admitted(long pageId) {
            all.add("admit " + pageId);
        }

        @Override
        public void forgotten(long pageId) {
            all.add("forget " + pageId);
        }

        @Override
        public void freed(int region, int tier, long location) {
            all.add("free " + region + " " + tier + " " + location);
        }
    }

    @Test
    void eventsComeOutAsTheyWentIn() {
        long lastPage = PageId.of(4095, (1L << 40) - 1);
        events.admit(0);
        events.admit(lastPage);
        events.forget(lastPage);
        events.free(0, 1, 0);
        events.free(4095, 29, (1L << 40) - 1);
        Written record = new Written();
        events.drain(record);
        assertThat(record.all)
                .containsExactly(
                        "admit 0",
                        "admit " + lastPage,
                        "forget " + lastPage,
                        "free 0 1 0",
                        "free 4095 29 " + ((1L << 40) - 1));
        assertThat(events.size()).isZero();
    }

    @Test
    void eventsBeyondTheRingAreNotLost() {
        int count = PageEvents.CAPACITY + 1000;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < count; i++) {
                events.admit(i);
            }
            assertThat(events.size()).isEqualTo(PageEvents.CAPACITY);
            Written record = new Written();
            events.drain(record);
            assertThat(record.all).hasSize(count).doesNotHaveDuplicates();
        }
    }

    @Test
    void eventsOfManyProducersKeepTheOrderOfEach() throws InterruptedException {
        int producers = 3;
        int each = PageEvents.CAPACITY / producers - 1;
        long[] next = new long[producers];
        long[] wrong = new long[1];
        PageEvents.Consumer consumer = new Written() {
            @Override
            public void admitted(long pageId) {
                int producer = PageId.region(pageId);
                wrong[0] += next[producer] == PageId.page(pageId) ? 0 : 1;
                next[producer]++;
            }
        };
        List<Thread> threads = new ArrayList<>();
        for (int producer = 0; producer < producers; producer++) {
            int id = producer;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    events.admit(PageId.of(id, i));
                }
            }));
        }
        while (Arrays.stream(next).sum() < (long) producers * each) {
            events.drain(consumer);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong[0]).isZero();
    }

    @Test
    void nothingIsLostOrDoubledWhenManyProducersOutrunTheConsumer() throws InterruptedException {
        int producers = 3;
        int each = PageEvents.CAPACITY;
        byte[][] seen = new byte[producers][each];
        long[] count = new long[1];
        PageEvents.Consumer consumer = new Written() {
            @Override
            public void forgotten(long pageId) {
                seen[PageId.region(pageId)][(int) PageId.page(pageId)]++;
                count[0]++;
            }
        };
        List<Thread> threads = new ArrayList<>();
        for (int producer = 0; producer < producers; producer++) {
            int id = producer;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    events.forget(PageId.of(id, i));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        events.drain(consumer);
        assertThat(count[0]).isEqualTo((long) producers * each);
        for (byte[] of : seen) {
            assertThat(of).containsOnly(1);
        }
    }
}
