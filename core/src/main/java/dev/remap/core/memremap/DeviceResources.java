// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.driver.Devres;
import java.util.ArrayList;
import java.util.List;

/** One device's {@link Devres}: a list that is taken as a whole, and released last first with no lock held. */
@SuppressWarnings("ReferenceEquality") // an action is whatever object was registered
final class DeviceResources implements Devres {
    private static final System.Logger LOG = System.getLogger(DeviceResources.class.getName());

    /** An action; or, with {@link #MARK} for one, where a group begins or ends. */
    private record Node(String what, Action action, Group group) {}

    private static final Action MARK = () -> {};

    private final String device;
    private final Group none = new OpenGroup("");
    private final List<Node> nodes = new ArrayList<>();
    private boolean released;

    DeviceResources(String device) {
        this.device = device;
    }

    @Override
    public void addActionOrReset(String what, Action action) {
        if (!add(new Node(what, action, none))) {
            run(new Node(what, action, none));
            throw new IllegalStateException("device " + device + " is being unbound; " + what + " has been undone");
        }
    }

    private synchronized boolean add(Node node) {
        if (!released) {
            nodes.add(node);
        }
        return !released;
    }

    @Override
    public void removeAction(Action action) {
        take(action);
    }

    @Override
    public void releaseAction(Action action) {
        run(take(action));
    }

    private synchronized Node take(Action action) {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (nodes.get(i).action == action && action != MARK) {
                return nodes.remove(i);
            }
        }
        throw new IllegalArgumentException("device " + device + " has no such action");
    }

    @Override
    public Group openGroup(String what) {
        OpenGroup group = new OpenGroup(what);
        if (!add(new Node(what, MARK, group))) {
            throw new IllegalStateException("device " + device + " is being unbound");
        }
        return group;
    }

    /** Releases everything, last first; what is added from now on is released at once. */
    void releaseAll() {
        List<Node> taken;
        synchronized (this) {
            released = true;
            taken = new ArrayList<>(nodes);
            nodes.clear();
        }
        runAll(taken);
    }

    /** How many actions are registered. */
    synchronized int size() {
        return (int) nodes.stream().filter(node -> node.action != MARK).count();
    }

    private void runAll(List<Node> taken) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            run(taken.get(i));
        }
    }

    private void run(Node node) {
        try {
            node.action.run();
        } catch (Exception | LinkageError | AssertionError e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.log(System.Logger.Level.ERROR, "device " + device + ": undoing " + node.what + " failed", e);
        }
    }

    /** From its first mark in the list up to its second, or to the end. */
    private final class OpenGroup implements Group {
        private final String what;

        private OpenGroup(String what) {
            this.what = what;
        }

        @Override
        public void close() {
            synchronized (DeviceResources.this) {
                if (!released) {
                    nodes.add(new Node(what, MARK, this));
                }
            }
        }

        @Override
        public void release() {
            List<Node> taken = new ArrayList<>();
            synchronized (DeviceResources.this) {
                int first = indexOf(0);
                if (first < 0) {
                    return;
                }
                int second = indexOf(first + 1);
                List<Node> range = nodes.subList(first, second < 0 ? nodes.size() : second + 1);
                taken.addAll(range);
                range.clear();
                nodes.addAll(first, marksOfOthers(taken));
            }
            runAll(taken);
        }

        @Override
        public void remove() {
            synchronized (DeviceResources.this) {
                nodes.removeIf(node -> node.group == this);
            }
        }

        /** Marks, in the range, of groups that are not wholly in it. */
        private List<Node> marksOfOthers(List<Node> range) {
            List<Node> marks = new ArrayList<>();
            for (Node node : range) {
                boolean reachesOut = nodes.stream().anyMatch(other -> other.group == node.group);
                if (node.action == MARK && node.group != this && reachesOut) {
                    marks.add(node);
                }
            }
            return marks;
        }

        private int indexOf(int from) {
            for (int i = from; i < nodes.size(); i++) {
                if (nodes.get(i).group == this) {
                    return i;
                }
            }
            return -1;
        }
    }
}
