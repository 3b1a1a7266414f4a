// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Random operations on a region, each read checked against a model. A run is a seed; the same seed gives every thread the same
 * plan, though not the same interleaving. It knows the application API and nothing below it. Start reading at
 * {@link dev.remap.torture.MixedRun} and {@link dev.remap.torture.Operation}.
 */
@NullMarked
package dev.remap.torture;

import org.jspecify.annotations.NullMarked;
