package io.portolan.standalone.registry;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;
import io.portolan.standalone.document.Value;

/** Writes a value that was read, as it was: numbers keep their digits. Stateless. */
final class ValueJson {
  private ValueJson() {}

  static void write(JsonWriter json, Value value) {
    switch (value) {
      case Value.Text text -> json.value(text.text());
      case Value.Numeral number -> json.raw(Slice.utf8(number.literal()));
      case Value.Flag flag -> json.value(flag.value());
      case Value.Nothing _ -> json.raw(Slice.utf8("null"));
      case Value.Sequence list -> {
        json.beginArray();
        list.items().forEach(item -> write(json, item));
        json.endArray();
      }
      case Value.Mapping object -> {
        json.beginObject();
        for (var member : object.members()) {
          json.name(member.name());
          write(json, member.value());
        }
        json.endObject();
      }
    }
  }
}
