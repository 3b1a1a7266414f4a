// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

/**
 * What has to be undone when a device goes, as Linux's {@code devres}: actions that run last first, once, whatever ended the device.
 * An action that throws is logged and does not keep the others from running. Thread-safe; actions run on the thread that unbinds.
 */
public interface Devres {
    /** Undoes one thing. */
    @FunctionalInterface
    interface Action {
        /** May block up to a second. */
        void run() throws Exception;
    }

    /**
     * Registers an action. Registered or undone: if the device is being unbound already, the action runs at once.
     *
     * @param what what it undoes, for messages
     * @throws IllegalStateException after the action has run, if the device is being unbound
     */
    void addActionOrReset(String what, Action action);

    /** Registers the closing of a resource, and answers it; closes it and throws as {@link #addActionOrReset} does. */
    default <T extends AutoCloseable> T add(String what, T resource) {
        addActionOrReset(what, resource::close);
        return resource;
    }

    /**
     * Forgets an action without running it.
     *
     * @throws IllegalArgumentException if it is not registered
     */
    void removeAction(Action action);

    /**
     * Runs an action now, and forgets it.
     *
     * @throws IllegalArgumentException if it is not registered
     */
    void releaseAction(Action action);

    /** Begins a group: what is registered until it is closed can be released together. Groups nest. */
    Group openGroup(String what);

    /** Actions that belong together. */
    interface Group {
        /** What is registered from now on is not in this group. */
        void close();

        /** Releases what is in the group, nested groups included, last first, and forgets it. */
        void release();

        /** Forgets the group, not its actions. */
        void remove();
    }
}
