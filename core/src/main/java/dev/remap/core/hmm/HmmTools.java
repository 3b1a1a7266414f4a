// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import dev.remap.core.memremap.Memmap;
import dev.remap.core.migrate.FailureAction;
import dev.remap.core.migrate.PageSource;
import dev.remap.core.migrate.Pressure;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.ResidentMapper;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.mm.MigrateVma;
import dev.remap.linux.Mmap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What one call that moves pages works with, one thread at a time. Kept for the next call by {@link Hmm}: buffers are never freed. */
final class HmmTools {
    private final Mm mm;
    private final Hmm.Parts parts;
    private final Promoter promoter;
    private final ResidentMapper mapper;
    private final PageSource source;
    private final MemorySegment staging;

    HmmTools(Hmm.Parts parts) {
        this.parts = parts;
        mm = parts.mm().get();
        promoter = new Promoter(mm, parts.budget(), parts.events(), parts.failureAction(), false);
        mapper = new ResidentMapper(mm, parts.budget(), parts.events(), parts.failureAction());
        source = new PageSource(mm, parts.failureAction());
        staging = Arena.global().allocate(MigrateVma.MAX_PAGES * PagedRegion.PAGE_SIZE, PagedRegion.PAGE_SIZE);
        Mmap.madvise(staging.address(), staging.byteSize(), Mmap.MADV_DONTFORK);
    }

    Mm mm() {
        return mm;
    }

    DramBudget budget() {
        return parts.budget();
    }

    PageEvents events() {
        return parts.events();
    }

    Pressure pressure() {
        return parts.pressure();
    }

    FailureAction failureAction() {
        return parts.failureAction();
    }

    Memmap memmap() {
        return parts.memmap();
    }

    Promoter promoter() {
        return promoter;
    }

    ResidentMapper mapper() {
        return mapper;
    }

    PageSource source() {
        return source;
    }

    /** The address of the 4096 bytes of staging buffer {@code i}. */
    long staging(int i) {
        return staging.address() + i * PagedRegion.PAGE_SIZE;
    }
}
