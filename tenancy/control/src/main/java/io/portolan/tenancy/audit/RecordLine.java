package io.portolan.tenancy.audit;

import io.portolan.tenancy.store.Bytes;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One record as it is stored and exported: {@code {"event":EVENT,"hash":"HEX"}}. The hash is over
 * the event's own characters, so that whoever checks it needs no rules for writing JSON.
 *
 * @param event a JSON object that begins with its number in the chain
 */
record RecordLine(String event, Bytes hash) {
  private static final Pattern FORM =
      Pattern.compile("\\{\"event\":(\\{\"seq\":(\\d{1,18}),.*}),\"hash\":\"([0-9a-f]{64})\"}");

  String text() {
    return "{\"event\":"
        + event
        + ",\"hash\":\""
        + HexFormat.of().formatHex(hash.toArray())
        + "\"}";
  }

  /** What a line holds, and the number its event says it has. */
  record Parsed(long seq, RecordLine line) {}

  /** Empty when this is no record's line. */
  static Optional<Parsed> parse(String text) {
    var form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(
            new Parsed(
                Long.parseLong(form.group(2)),
                new RecordLine(form.group(1), Bytes.of(HexFormat.of().parseHex(form.group(3))))))
        : Optional.empty();
  }
}
