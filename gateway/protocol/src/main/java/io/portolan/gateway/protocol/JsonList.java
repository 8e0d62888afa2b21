package io.portolan.gateway.protocol;

import java.util.ArrayList;
import java.util.List;

/** Reads the items of a JSON array as regions. The bytes must have passed {@link JsonCheck}. */
public final class JsonList {
  private JsonList() {}

  /** The items of a region that {@link Slice#isArray is an array}, in order, as written. */
  public static List<Slice> items(Slice array) {
    if (!array.isArray()) {
      throw new IllegalArgumentException("not an array");
    }
    var bytes = array.array();
    var items = new ArrayList<Slice>();
    var at = JsonSkip.space(bytes, array.from() + 1);
    while (bytes[at] != ']') {
      var end = JsonSkip.value(bytes, at);
      items.add(new Slice(bytes, at, end));
      at = JsonSkip.space(bytes, end);
      if (bytes[at] == ',') {
        at = JsonSkip.space(bytes, at + 1);
      }
    }
    return items;
  }
}
