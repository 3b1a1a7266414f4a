// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.memremap.DeviceKeepsakes;
import dev.remap.core.memremap.KeptPagemap;
import dev.remap.driver.DescriptorStore;
import dev.remap.wire.Keepsakes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What of one device outlives the manager: which driver it is bound to, what the driver keeps, and its pagemaps. Devices that are bound
 * whenever a manager starts are not kept as such.
 */
record KeptDevice(Keepsakes keepsakes, String name) implements DeviceKeepsakes {
    private static final String DEVICES = "device";
    private static final int PARTS = 2;
    /** Grows from one device that is bound to the next: the order in which they can be bound again. */
    private static final AtomicLong BOUND = new AtomicLong();

    /** How a device was bound. */
    record Binding(String name, String driver, String options) {}

    /** The devices that a dead manager has left, in the order in which they can be bound again: suppliers before consumers. */
    static List<Binding> left(Keepsakes keepsakes) {
        return keepsakes.keysUnder(DEVICES).stream()
                .filter(key -> key.indexOf('/') == key.lastIndexOf('/') && key.indexOf('/') > 0)
                .sorted((a, b) -> Long.compare(order(keepsakes, a), order(keepsakes, b)))
                .map(key -> binding(keepsakes, key))
                .toList();
    }

    private static long order(Keepsakes keepsakes, String key) {
        return Long.parseLong(parts(keepsakes, key)[PARTS]);
    }

    private static Binding binding(Keepsakes keepsakes, String key) {
        String[] parts = parts(keepsakes, key);
        return new Binding(key.substring(DEVICES.length() + 1), parts[0], parts[1]);
    }

    private static String[] parts(Keepsakes keepsakes, String key) {
        Keepsakes.Kept kept = keepsakes.get(key);
        String text = kept == null ? "\0\0" + 0 : new String(kept.value(), StandardCharsets.UTF_8);
        return text.split("\0", -1);
    }

    private String key() {
        return DEVICES + "/" + name;
    }

    @Override
    public void keepBinding(String driver, String options) throws IOException {
        long number = BOUND.incrementAndGet();
        keepsakes.keep(key(), (driver + '\0' + options + '\0' + number).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public DescriptorStore driver() {
        return new TierDescriptors(keepsakes, key() + "/driver");
    }

    @Override
    public void keep(int index, byte[] pagemap, int memmap) throws IOException {
        keepsakes.keep(memmapKey(index), pagemap, memmap);
    }

    @Override
    public @Nullable KeptPagemap kept(int index) {
        Keepsakes.Kept kept = keepsakes.get(memmapKey(index));
        return kept == null ? null : KeptPagemap.of(kept.value(), kept.fds()[0]);
    }

    private String memmapKey(int index) {
        return key() + "/memmap/" + index;
    }

    @Override
    public void drop() {
        keepsakes.drop(key());
    }
}
