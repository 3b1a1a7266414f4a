// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.linux.FileIo;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.Received;
import dev.remap.wire.RepairCode;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What one of several applications may ask for that share a region. Requests about its bytes are carried out as any application's are;
 * those about the region as a whole concern the others, and are answered here. Whoever may only read changes nothing.
 */
final class PeerRequests {
    private static final int COMMAND_BYTES = 256;

    private final Peer peer;
    private final SharedSession session;
    private final SharedRegion region;
    private final RequestDispatcher dispatcher;

    PeerRequests(Peer peer, SharedSession session, RequestDispatcher dispatcher) {
        this.peer = peer;
        this.session = session;
        this.region = session.region();
        this.dispatcher = dispatcher;
    }

    boolean isResuming() {
        return dispatcher.isResuming();
    }

    void close() {
        dispatcher.close();
    }

    /** Starts to carry out one request. */
    void dispatch(Received<Request> received) {
        if (dispatcher.isResuming()) {
            dispatcher.dispatch(received);
            return;
        }
        long id = received.requestId();
        switch (received.message()) {
            case Request.CreateRegion create -> create(id, create, received.fds());
            case Request.OpenRegion open -> dispatcher.submit(_ -> find(id, open), COMMAND_BYTES);
            case Request.AdoptRegion adopt -> dispatcher.submit(_ -> adopt(id, adopt), COMMAND_BYTES);
            case Request.CloseBegin _ -> closeBegin(id);
            case Request.CloseEnd _ -> region.unmapped(peer, () -> dispatcher.answer(id, () -> new Reply.Done(0)));
            case Request.SetBudget _,
                    Request.RemoveRegion _,
                    Request.OpenFile _,
                    Request.CloseFile _,
                    Request.Protect _,
                    Request.BindDevice _,
                    Request.UnbindDevice _,
                    Request.CommandDevice _,
                    Request.ListDevices _ -> {
                IntStream.of(received.fds()).forEach(FileIo::close);
                refuse(id, ErrorCode.UNSUPPORTED, "this is no request about a shared region: " + received.message());
            }
            case Request.Discard _ when !peer.isWritable() -> refuseChange(id, "discard");
            case Request.Repair repair
            when !peer.isWritable() && repair.how() == RepairCode.ACCEPT_LOSS ->
                refuseChange(id, "repair with ACCEPT_LOSS");
            default -> dispatcher.dispatch(received);
        }
    }

    private void create(long id, Request.CreateRegion create, int[] fds) {
        dispatcher.submit(
                _ -> {
                    if (dispatcher.tryTo(id, () -> region.reserve(create))) {
                        dispatcher.answerLater(id, () -> region.create(peer, create, fds));
                    } else {
                        IntStream.of(fds).forEach(FileIo::close);
                    }
                },
                COMMAND_BYTES);
    }

    private void find(long id, Request.OpenRegion open) {
        dispatcher.tryTo(id, () -> {
            RegionClaims.Found found = region.find(peer, open);
            dispatcher.sendClosing(id, found.reply(), found.memfd());
        });
    }

    private void adopt(long id, Request.AdoptRegion adopt) {
        dispatcher.tryTo(id, () -> {
            Map<String, Keepsakes.Kept> left = region.claim(adopt);
            dispatcher.answerLater(id, () -> {
                try {
                    return region.adopt(peer, adopt, left);
                } finally {
                    left.values().forEach(Keepsakes.Kept::close);
                }
            });
        });
    }

    /** The others go on. */
    private void closeBegin(long id) {
        dispatcher.answerLater(id, () -> {
            if (!peer.pins().isEmpty()) {
                throw new CommandException(
                        ErrorCode.INVALID, "the shared region has pins of this application", "Close them first.");
            }
            return new Reply.Done(0);
        });
    }

    private void refuseChange(long id, String what) {
        refuse(
                id,
                ErrorCode.PERMISSION,
                what + " of region " + session.broker().terms().region() + ", which this user may only read");
    }

    private void refuse(long id, ErrorCode code, String what) {
        dispatcher.answer(id, () -> {
            throw new CommandException(code, what, "Its owner decides: RegionSpec.sharedWith.");
        });
    }
}
