// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.wire.DeviceReportLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A manager's report of its devices, found through {@code /proc}, and read while the manager may write it. */
final class DeviceReportFile {
    private static final int ATTEMPTS = 100;

    private DeviceReportFile() {}

    /** The report; or why there is none. */
    static String of(long managerPid) {
        Path folder = Path.of("/proc/" + managerPid + "/fd");
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(folder)) {
            for (Path descriptor : descriptors) {
                if (isReport(descriptor)) {
                    return read(descriptor);
                }
            }
            return "no report of devices: the manager is starting, or of another release\n";
        } catch (IOException e) {
            return "no report of devices: " + e + "\n";
        }
    }

    private static boolean isReport(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("/memfd:" + DeviceReportLayout.NAME);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static String read(Path descriptor) throws IOException {
        try (FileChannel channel = FileChannel.open(descriptor, StandardOpenOption.READ)) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                ByteBuffer all = buffer(channel, (int) DeviceReportLayout.FILE_BYTES);
                long sequence = buffer(channel, Long.BYTES).getLong(0);
                Optional<String> text = DeviceReportLayout.read(MemorySegment.ofBuffer(all), sequence);
                if (text.isPresent()) {
                    return text.get();
                }
            }
        }
        return "no report of devices: it is being written all the time\n";
    }

    private static ByteBuffer buffer(FileChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
        int read = 0;
        while (buffer.hasRemaining() && read >= 0) {
            read = channel.read(buffer, buffer.position());
        }
        return buffer.position(0).limit(bytes);
    }
}
