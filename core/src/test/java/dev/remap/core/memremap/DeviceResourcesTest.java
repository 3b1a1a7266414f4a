// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.driver.Devres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceResourcesTest {
    private final DeviceResources devres = new DeviceResources("d0");
    private final List<String> undone = new ArrayList<>();

    @Test
    void theLastIsUndoneFirstAndEachOnce() {
        add("a");
        add("b");
        add("c");
        devres.releaseAll();
        devres.releaseAll();
        assertThat(undone).containsExactly("c", "b", "a");
        assertThat(devres.size()).isZero();
    }

    /** In Linux a teardown that could not be registered was forgotten, and the range was unusable for ever. */
    @Test
    void whatCannotBeRegisteredIsUndoneAtOnce() {
        devres.releaseAll();
        assertThatThrownBy(() -> add("late")).isInstanceOf(IllegalStateException.class);
        assertThat(undone).containsExactly("late");
    }

    @Test
    void anActionThatThrowsDoesNotKeepTheOthersFromRunning() {
        add("a");
        devres.addActionOrReset("bad", () -> {
            throw new IOException("bad");
        });
        add("c");
        devres.releaseAll();
        assertThat(undone).containsExactly("c", "a");
    }

    @Test
    void anActionCanBeForgottenOrRunBeforehand() {
        Devres.Action forgotten = () -> undone.add("forgotten");
        Devres.Action early = () -> undone.add("early");
        devres.addActionOrReset("forgotten", forgotten);
        devres.addActionOrReset("early", early);
        devres.removeAction(forgotten);
        devres.releaseAction(early);
        assertThat(undone).containsExactly("early");
        devres.releaseAll();
        assertThat(undone).containsExactly("early");
        assertThatThrownBy(() -> devres.removeAction(early)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> devres.releaseAction(early)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aResourceIsClosedWithTheDevice() {
        AutoCloseable resource = devres.add("resource", () -> undone.add("resource"));
        assertThat(resource).isNotNull();
        devres.releaseAll();
        assertThat(undone).containsExactly("resource");
    }

    @Test
    void aGroupIsReleasedWithWhatIsNestedInIt() {
        add("before");
        Devres.Group outer = devres.openGroup("outer");
        add("a");
        Devres.Group inner = devres.openGroup("inner");
        add("b");
        inner.close();
        add("c");
        outer.close();
        add("after");
        outer.release();
        assertThat(undone).containsExactly("c", "b", "a");
        inner.release();
        devres.releaseAll();
        assertThat(undone).containsExactly("c", "b", "a", "after", "before");
    }

    @Test
    void aGroupThatIsNotClosedReachesToTheEnd() {
        add("before");
        Devres.Group group = devres.openGroup("open");
        add("a");
        add("b");
        group.release();
        assertThat(undone).containsExactly("b", "a");
        assertThat(devres.size()).isEqualTo(1);
    }

    @Test
    void aGroupThatReachesOutOfAReleasedOneStaysAGroup() {
        Devres.Group first = devres.openGroup("first");
        add("a");
        Devres.Group second = devres.openGroup("second");
        add("b");
        first.close();
        add("c");
        second.close();
        add("d");
        first.release();
        assertThat(undone).containsExactly("b", "a");
        second.release();
        assertThat(undone).containsExactly("b", "a", "c");
    }

    @Test
    void aGroupCanBeForgottenWithoutItsActions() {
        Devres.Group group = devres.openGroup("g");
        add("a");
        group.close();
        group.remove();
        group.release();
        assertThat(undone).isEmpty();
        devres.releaseAll();
        assertThat(undone).containsExactly("a");
    }

    @Test
    void noGroupBeginsOnADeviceThatIsGone() {
        devres.releaseAll();
        assertThatThrownBy(() -> devres.openGroup("late")).isInstanceOf(IllegalStateException.class);
    }

    private void add(String name) {
        devres.addActionOrReset(name, () -> undone.add(name));
    }
}
