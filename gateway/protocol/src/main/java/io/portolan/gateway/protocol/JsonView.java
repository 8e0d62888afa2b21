package io.portolan.gateway.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object as regions of its bytes: found in one pass over the object, values
 * neither decoded nor copied. The bytes must have passed {@link JsonCheck}. Looking a name up takes
 * time in proportion to the number of members. Immutable.
 */
public final class JsonView {
  private static final int FIELDS = MemberSpans.FIELDS;

  private final Slice object;
  private final int size;
  private final int[] spans; // per member: name from, name to, value from, value to
  private final @Nullable ItemSpans items;

  JsonView(Slice object, MemberSpans members, @Nullable ItemSpans items) {
    this.object = object;
    this.spans = members.spans();
    this.size = members.size();
    this.items = items;
  }

  /** The members of a region that {@link Slice#isObject is an object}. */
  public static JsonView of(Slice object) {
    if (!object.isObject()) {
      throw new IllegalArgumentException("not an object");
    }
    var bytes = object.array();
    var members = new MemberSpans(6);
    var at = JsonSkip.space(bytes, object.from() + 1);
    while (bytes[at] != '}') {
      var nameEnd = JsonSkip.string(bytes, at);
      var value = JsonSkip.space(bytes, JsonSkip.space(bytes, nameEnd) + 1);
      members.begin(at, nameEnd, value);
      var valueEnd = JsonSkip.value(bytes, value);
      members.end(valueEnd);
      at = JsonSkip.space(bytes, valueEnd);
      if (bytes[at] == ',') {
        at = JsonSkip.space(bytes, at + 1);
      }
    }
    return new JsonView(object, members, null);
  }

  /** The whole object. */
  public Slice object() {
    return object;
  }

  /** Number of members. */
  public int size() {
    return size;
  }

  /** The decoded name of member {@code index}. */
  public String name(int index) {
    return JsonText.decode(object.array(), spans[FIELDS * index], spans[FIELDS * index + 1]);
  }

  /** The name of member {@code index} as it is written, quotes included. */
  public Slice rawName(int index) {
    return new Slice(object.array(), spans[FIELDS * index], spans[FIELDS * index + 1]);
  }

  /** The value of member {@code index} as it is written. */
  public Slice value(int index) {
    return new Slice(object.array(), spans[FIELDS * index + 2], spans[FIELDS * index + 3]);
  }

  /** The value of a member, or null when there is none; the first one when there are several. */
  public @Nullable Slice get(String name) {
    var index = indexOf(name);
    return index < 0 ? null : value(index);
  }

  /** The index of a member, or -1; names with escapes are decoded before comparing. */
  public int indexOf(String name) {
    for (int i = 0; i < size; i++) {
      if (isNamed(i, name)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether member {@code index} has that decoded name. */
  boolean isNamed(int index, String name) {
    var bytes = object.array();
    var from = spans[FIELDS * index] + 1;
    var length = spans[FIELDS * index + 1] - 1 - from;
    if (length < name.length()) {
      return false; // what is written is never shorter than what it says
    }
    for (int i = 0; i < length; i++) {
      var b = bytes[from + i];
      if (b == '\\' || b < 0) {
        return name(index).equals(name);
      }
      if (i == name.length() || b != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * A decoded name that occurs more than once, or null. Whoever rewrites a member asks first: with
   * two of them, another reader may take the one that was not rewritten.
   */
  public @Nullable String duplicate() {
    var names = new NameSet(object.array());
    names.open();
    for (int i = 0; i < size; i++) {
      if (!names.add(spans[FIELDS * i], spans[FIELDS * i + 1])) {
        return name(i);
      }
    }
    return null;
  }

  /** The decoded string value of a member, or null when it is absent or not a string. */
  public @Nullable String string(String name) {
    var value = get(name);
    return value != null && value.isString() ? value.string() : null;
  }

  /**
   * The items of an array value in order, as they are written; empty when the member is absent or
   * no array.
   */
  public List<Slice> items(String name) {
    var value = get(name);
    if (value == null || !value.isArray()) {
      return List.of();
    }
    var known = items == null ? List.<Slice>of() : items.of(value);
    return known.isEmpty() ? JsonList.items(value) : known;
  }

  /** The members of an object value, or null when it is absent or not an object. */
  public @Nullable JsonView view(String name) {
    var value = get(name);
    return value != null && value.isObject() ? of(value) : null;
  }
}
