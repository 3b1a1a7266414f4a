// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a broker is told when it starts.
 *
 * @param socket where applications come
 * @param dramBytes the DRAM that all of them together may use
 * @param users who is admitted, by user id
 * @param spillDirectory where tiers make files
 * @param spillMaxBytes how much disk each application may occupy
 * @param standby whether each manager has a standby
 * @param keepFor how long a region is kept that no application has open
 */
record BrokerConfig(
        Path socket,
        long dramBytes,
        Map<Integer, UserLimits> users,
        Path spillDirectory,
        long spillMaxBytes,
        boolean standby,
        Duration keepFor) {
    /** Copies the map. */
    BrokerConfig {
        users = Map.copyOf(users);
    }

    /** What a user may have; null if it is not admitted. */
    @Nullable
    UserLimits limits(int uid) {
        return users.get(uid);
    }
}
