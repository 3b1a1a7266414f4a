// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Files below regions: a tier of slots in a sparse private file, and existing files whose pages are a region's pages. Both read with up
 * to 32 requests under way. It knows descriptors, slots and queues; of page states and policy it knows nothing. Start reading at
 * {@link dev.remap.driver.file.FileTier} and {@link dev.remap.driver.file.ExistingFiles}, then {@link dev.remap.driver.file.IoPipe}.
 */
@NullMarked
package dev.remap.driver.file;

import org.jspecify.annotations.NullMarked;
