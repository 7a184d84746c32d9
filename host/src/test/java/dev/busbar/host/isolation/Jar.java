package dev.busbar.host.isolation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Creates jars that no build tool would create. Stateless. */
final class Jar {
    private Jar() {}

    /** A copy without an entry. */
    static byte[] without(byte[] jar, String name) throws IOException {
        return repacked(jar, name);
    }

    /** A copy with another entry, of any name. */
    static byte[] with(byte[] jar, String... names) throws IOException {
        return repacked(jar, "", names);
    }

    /** The content of an entry. */
    static byte[] entry(byte[] jar, String name) throws IOException {
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().equals(name)) {
                    return in.readAllBytes();
                }
            }
        }
        throw new IOException("no entry " + name);
    }

    private static byte[] repacked(byte[] jar, String without, String... added) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes);
                ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.getName().equals(without)) {
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
            for (String name : added) {
                out.putNextEntry(new ZipEntry(name));
                out.write("no colon here\n".getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    /** A copy in which a name stands in another one's place, wherever it occurs; both of one length. */
    static byte[] renamed(byte[] jar, String from, String to) {
        String text = new String(jar, StandardCharsets.ISO_8859_1);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }
}
