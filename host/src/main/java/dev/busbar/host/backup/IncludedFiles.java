package dev.busbar.host.backup;

import dev.busbar.host.archive.ArchiveWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Writes the files that belong to a backup into its archive. Their names are made of letters, digits, points and hyphens
 * there, so an archive cannot name a place outside of its folder. Stateless.
 */
final class IncludedFiles {
    private static final int MAX_NAME = 60;

    private IncludedFiles() {}

    static void write(List<BackupSettings.IncludedFile> files, ArchiveWriter writer) throws IOException {
        int number = 0;
        for (BackupSettings.IncludedFile included : files) {
            for (Path file : regular(included.path())) {
                number++;
                try (InputStream content = Files.newInputStream(file)) {
                    writer.file(name(included.folder(), number, file), Files.size(file), content);
                }
            }
        }
    }

    private static List<Path> regular(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return Files.isRegularFile(path) ? List.of(path) : List.of();
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(entry);
                }
            }
        }
        Collections.sort(files);
        return files;
    }

    /** With a number before it, since two names may become one. */
    private static String name(String folder, int number, Path file) {
        String plain = String.valueOf(file.getFileName()).replaceAll("[^A-Za-z0-9_.-]", "_");
        String end = plain.substring(Math.max(0, plain.length() - MAX_NAME));
        return folder + "/" + number + "-" + end;
    }
}
