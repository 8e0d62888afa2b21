package io.portolan.standalone.document;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a file a user wrote as text, within a bound, saying plainly why when it cannot. */
final class SourceText {
  /** The largest file read; the largest ones seen in the wild are some tens of KiB. */
  static final int BYTES_MAX = 4 << 20;

  private SourceText() {}

  static Optional<String> read(Path file, Findings findings) {
    var start = Place.whole(file);
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        findings.problem(start, "the file is larger than 4 MiB", "a configuration file");
        return Optional.empty();
      }
      return decode(file, bytes, findings);
    } catch (NoSuchFileException _) {
      findings.problem(start, "there is no such file", "the path of a file that can be read");
    } catch (AccessDeniedException _) {
      findings.problem(start, "the file may not be read by this user", "read permission");
    } catch (IOException e) {
      var reason = Files.isDirectory(file) ? "this is a directory" : "cannot be read: " + e;
      findings.problem(start, reason, "the path of a file that can be read");
    }
    return Optional.empty();
  }

  private static Optional<String> decode(Path file, byte[] bytes, Findings findings) {
    var input = ByteBuffer.wrap(bytes);
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(input).toString();
      // Some editors put a byte order mark in front.
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException _) {
      var line =
          1
              + (int)
                  new String(bytes, 0, input.position(), StandardCharsets.ISO_8859_1)
                      .chars()
                      .filter(c -> c == '\n')
                      .count();
      findings.problem(new Place(file, line, 1), "the text is not UTF-8", "a file saved as UTF-8");
      return Optional.empty();
    }
  }
}
