package io.portolan.gateway.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The members of a message that JSON-RPC defines, sorted by name in one pass.
 *
 * @param object the whole message
 * @param repeated a defined name that occurs twice; null when none does
 */
record Envelope(
    Slice object,
    @Nullable Slice version,
    @Nullable Slice id,
    @Nullable Slice method,
    @Nullable Slice params,
    @Nullable Slice result,
    @Nullable Slice error,
    @Nullable String repeated) {

  private static final String[] NAMES = {"jsonrpc", "id", "method", "params", "result", "error"};

  static Envelope of(JsonView members) {
    var found = new @Nullable Slice[NAMES.length];
    String repeated = null;
    for (int i = 0; i < members.size(); i++) {
      for (int k = 0; k < NAMES.length; k++) {
        if (members.isNamed(i, NAMES[k])) {
          repeated = found[k] == null ? repeated : NAMES[k];
          found[k] = members.value(i);
          break;
        }
      }
    }
    return new Envelope(
        members.object(), found[0], found[1], found[2], found[3], found[4], found[5], repeated);
  }
}
