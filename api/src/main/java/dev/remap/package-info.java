// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)

/**
 * What an application uses. Stable. It talks to the manager over a socket and knows nothing of tiers, policies or page states
 * beyond what the shared layouts of the wire module show. Start reading at {@link dev.remap.Remap} and {@link dev.remap.Region}.
 */
@Exported(value = ExportClass.STABLE, since = "0.1.0", reason = "what an application links")
@NullMarked
package dev.remap;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
