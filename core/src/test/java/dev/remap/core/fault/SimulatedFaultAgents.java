// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.core.sim.SimulatedKernel;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/** Fault threads over a simulated kernel, as {@link FaultAgents} are over a real one; they leave the turn before each slow fetch. */
public final class SimulatedFaultAgents {
    private static final long WAIT_MS = 50;

    private final FaultTurn turn = new FaultTurn();
    private final FaultStreams streams = new FaultStreams();
    private final SimulatedKernel kernel;
    private final Lock whileAnswering;
    private final BooleanSupplier ending;

    /** {@code whileAnswering} is held by each from before it reads a fault to when it has answered it. */
    public SimulatedFaultAgents(SimulatedKernel kernel, Lock whileAnswering, BooleanSupplier ending) {
        this.kernel = kernel;
        this.whileAnswering = whileAnswering;
        this.ending = ending;
    }

    public FaultStreams streams() {
        return streams;
    }

    /** Serves faults as agent {@code number} until the end. */
    public void serve(int number, FaultHandler handler) {
        boolean[] hasTurn = {false};
        handler.beforeSlowFetch(() -> {
            hasTurn[0] = false;
            turn.leave();
        });
        while (!ending.getAsBoolean()) {
            turn.take(number);
            hasTurn[0] = true;
            while (hasTurn[0] && !ending.getAsBoolean()) {
                answerNext(handler);
            }
            if (hasTurn[0]) {
                turn.leave();
            }
        }
    }

    private void answerNext(FaultHandler handler) {
        whileAnswering.lock();
        try {
            SimulatedKernel.Fault fault = kernel.nextFault(WAIT_MS);
            if (fault != null) {
                handler.handle(fault.address, fault.flags);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end
        } finally {
            whileAnswering.unlock();
        }
    }
}
