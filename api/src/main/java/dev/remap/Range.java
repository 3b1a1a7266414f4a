// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/**
 * Where in a region a segment lies.
 *
 * @param region the region
 * @param offset bytes from the region's start
 * @param length bytes
 */
public record Range(Region region, long offset, long length) {}
