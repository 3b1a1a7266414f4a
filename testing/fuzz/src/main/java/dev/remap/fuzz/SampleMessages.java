// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.fuzz;

import dev.remap.wire.AgentCodec;
import dev.remap.wire.AgentMessage;
import dev.remap.wire.FailureEntry;
import dev.remap.wire.KeeperCodec;
import dev.remap.wire.KeeperMessage;
import dev.remap.wire.Protocol;
import dev.remap.wire.Reply;
import dev.remap.wire.ReplyCodec;
import dev.remap.wire.Request;
import dev.remap.wire.RequestCodec;
import dev.remap.wire.WireException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One message of every kind there is, as bytes: found by the records' components, so that a new message needs nothing here. */
final class SampleMessages {
    private static final long REQUEST_ID = 7;

    private SampleMessages() {}

    /** By the names of their kinds. */
    static Map<String, byte[]> all() {
        Map<String, byte[]> samples = new LinkedHashMap<>();
        for (Class<?> family : List.of(Request.class, Reply.class, AgentMessage.class, KeeperMessage.class)) {
            for (Class<?> kind : family.getPermittedSubclasses()) {
                samples.put(kind.getSimpleName(), encode(sample(kind)));
            }
        }
        return samples;
    }

    private static byte[] encode(Object message) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Protocol.MAX_MESSAGE_BYTES, Long.BYTES);
            long length = switch (message) {
                case Request request -> RequestCodec.encode(REQUEST_ID, request, buffer);
                case Reply reply -> ReplyCodec.encode(REQUEST_ID, reply, buffer);
                case AgentMessage agent -> AgentCodec.encode(REQUEST_ID, agent, buffer);
                case KeeperMessage standby -> KeeperCodec.encode(REQUEST_ID, standby, buffer);
                default -> throw new IllegalArgumentException("no message: " + message);
            };
            return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        } catch (WireException e) {
            throw new IllegalStateException("a sample that cannot be encoded: " + message, e);
        }
    }

    private static Object sample(Class<?> kind) {
        RecordComponent[] components = kind.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(components)
                .map(component ->
                        component.getName().equals("version") ? Protocol.VERSION : value(component.getGenericType()))
                .toArray();
        try {
            return kind.getConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no sample of " + kind, e);
        }
    }

    private static Object value(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return List.of(value(list.getActualTypeArguments()[0]));
        }
        return switch (type.getTypeName()) {
            case "int" -> 1;
            case "long" -> 4096L;
            case "boolean" -> true;
            case "long[]" -> new long[] {0, 4096, 8192};
            case "byte[]" -> new byte[] {1, 2};
            case "java.lang.String" -> "zram";
            default -> sample(component(type));
        };
    }

    private static Class<?> component(Type type) {
        if (type instanceof Class<?> record && record.isRecord()) {
            return record;
        }
        throw new IllegalStateException("no sample value of type " + type + ", as " + FailureEntry.class + " would be");
    }
}
