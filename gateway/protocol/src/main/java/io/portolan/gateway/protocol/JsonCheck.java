package io.portolan.gateway.protocol;

import io.portolan.gateway.protocol.JsonLimits.Duplicates;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * One pass, no recursion, no allocation but for the names of the objects that are open. On the way
 * it can write down where the members of the outermost object and of its "params" or "result" are, and
 * the items of the arrays in there, which is all that routing reads, so that a message is not crossed
 * a second time.
 */

/**
 * Checks that bytes are one JSON text (RFC 8259) in valid UTF-8 and inside its limits. Everything
 * that reads JSON afterwards may rely on it. Not thread-safe; one instance checks one text.
 */
public final class JsonCheck {
  private static final byte[] PARAMS = {'"', 'p', 'a', 'r', 'a', 'm', 's', '"'};
  private static final byte[] RESULT = {'"', 'r', 'e', 's', 'u', 'l', 't', '"'};

  private final byte[] bytes;
  private final int end;
  private final int from;
  private final JsonLimits limits;
  private final @Nullable NameSet names;
  private final long[] objects; // a bit per depth: 1 object, 0 array
  private int tokensLeft;

  /** How many levels are written down at the moment: 0 none, 1 the outermost, 2 params too. */
  private int recording;

  private final MemberSpans envelope = new MemberSpans(5);
  private final MemberSpans inner = new MemberSpans(4);

  /** The depth of the array whose items are written down at the moment; 0 when there is none. */
  private int itemsDepth;

  private @Nullable ItemSpans items;

  private JsonCheck(Slice text, JsonLimits limits) {
    this.bytes = text.array();
    this.end = text.to();
    this.from = space(text.from());
    this.limits = limits;
    this.tokensLeft = limits.tokensMax();
    this.names = limits.duplicates() == Duplicates.REFUSE ? new NameSet(bytes) : null;
    this.objects = new long[1 + (limits.depthMax() >> 6)];
  }

  /**
   * Checks a whole text and returns the slice of its one value, without surrounding white space.
   *
   * @throws MalformedJson when it is not JSON or goes over a limit
   */
  public static Slice value(Slice text, JsonLimits limits) throws MalformedJson {
    return of(text, limits).check();
  }

  /** Prepares a check, so that what it wrote down can be asked for afterwards. */
  static JsonCheck of(Slice text, JsonLimits limits) throws MalformedJson {
    if (text.length() > limits.bytesMax()) {
      throw MalformedJson.limit(
          "message has " + text.length() + " bytes, at most " + limits.bytesMax() + " allowed");
    }
    return new JsonCheck(text, limits);
  }

  /** Checks the text without writing anything down. */
  Slice check() throws MalformedJson {
    var to = document();
    var rest = space(to);
    if (rest != end) {
      throw MalformedJson.at(rest, "unexpected text after the value");
    }
    return new Slice(bytes, from, to);
  }

  /**
   * Checks the text and writes down the members of the outermost object and of its params or
   * result.
   */
  Slice checkMessage() throws MalformedJson {
    recording = from < end && bytes[from] == '{' ? 1 : 0;
    return check();
  }

  /** The members of the outermost object, as far as they were read. */
  JsonView envelope(Slice object) {
    return new JsonView(object, envelope, null);
  }

  /** The members of {@code object}, written down if it is the value of "params" or "result". */
  JsonView inner(Slice object) {
    return inner.size() > 0
            && object.from() < inner.lastNameFrom()
            && inner.lastNameFrom() < object.to()
        ? new JsonView(object, inner, items)
        : JsonView.of(object);
  }

  /** Crosses one value of any kind and returns the index after it. */
  private int document() throws MalformedJson {
    var numberBytesMax = limits.numberBytesMax();
    var i = from;
    var depth = 0;
    var inObject = false;
    while (true) {
      count();
      if (depth == itemsDepth && items != null) {
        items.begin(i);
      }
      var first = peek(i);
      if (first == '"') {
        i = JsonScalar.string(bytes, i, end);
      } else if (first == '{' || first == '[') {
        inObject = first == '{';
        depth = open(i, depth, inObject);
        i = space(i + 1);
        if (peek(i) != (inObject ? '}' : ']')) {
          i = inObject ? name(i, depth) : i;
          continue;
        }
        depth = close(depth, inObject);
        inObject = isObject(depth);
        i++;
      } else {
        i = JsonScalar.literalOrNumber(bytes, i, end, numberBytesMax);
      }
      // A value has ended: close what ends with it, then stop in front of the next one.
      while (true) {
        if (depth == 0) {
          return i;
        }
        if (depth <= recording && inObject) {
          (depth == 1 ? envelope : inner).end(i);
        } else if (depth == itemsDepth && items != null) {
          items.end(i);
        }
        i = space(i);
        var next = peek(i);
        if (next == ',') {
          i = space(i + 1);
          i = inObject ? name(i, depth) : i;
          break;
        }
        if (next != (inObject ? '}' : ']')) {
          throw MalformedJson.at(i, inObject ? "expected ',' or '}'" : "expected ',' or ']'");
        }
        depth = close(depth, inObject);
        inObject = isObject(depth);
        i++;
      }
    }
  }

  private int open(int at, int outer, boolean object) throws MalformedJson {
    if (outer == limits.depthMax()) {
      throw MalformedJson.limit("nested deeper than " + limits.depthMax() + " levels");
    }
    var depth = outer + 1;
    if (object) {
      objects[depth >> 6] |= 1L << depth;
      if (names != null) {
        names.open();
      }
      if (depth == 2 && recording == 1 && isInner(envelope.lastNameFrom())) {
        recording = 2;
        inner.clear();
        if (items != null) {
          items.clear();
        }
      }
    } else {
      objects[depth >> 6] &= ~(1L << depth);
      if (depth == 3 && recording == 2) {
        itemsDepth = depth;
        items = items == null ? new ItemSpans() : items;
        items.array(at);
      }
    }
    return depth;
  }

  private int close(int depth, boolean object) {
    if (object && names != null) {
      names.close();
    }
    if (depth == itemsDepth) {
      itemsDepth = 0;
    }
    if (depth == 2 && recording == 2) {
      recording = 1;
    }
    return depth - 1;
  }

  private boolean isObject(int depth) {
    return ((objects[depth >> 6] >>> depth) & 1) != 0;
  }

  private boolean isInner(int at) {
    return isName(at, PARAMS) || isName(at, RESULT);
  }

  private boolean isName(int at, byte[] name) {
    return end - at > name.length
        && Arrays.equals(bytes, at, at + name.length, name, 0, name.length);
  }

  /** Crosses a member's name and returns the index of its value. */
  private int name(int at, int depth) throws MalformedJson {
    if (peek(at) != '"') {
      throw MalformedJson.at(at, "expected a member name");
    }
    count();
    var to = JsonScalar.string(bytes, at, end);
    if (names != null && !names.add(at, to)) {
      throw MalformedJson.duplicate(at, new Slice(bytes, at, to));
    }
    var colon = space(to);
    if (peek(colon) != ':') {
      throw MalformedJson.at(colon, "expected ':'");
    }
    var value = space(colon + 1);
    if (depth <= recording) {
      (depth == 1 ? envelope : inner).begin(at, to, value);
    }
    return value;
  }

  private void count() throws MalformedJson {
    if (--tokensLeft < 0) {
      throw MalformedJson.limit("more than " + limits.tokensMax() + " values and names");
    }
  }

  private int space(int at) {
    return at < end && bytes[at] <= ' ' ? spaces(at) : at;
  }

  private int spaces(int at) {
    var i = at;
    while (i < end && isSpace(bytes[i])) {
      i++;
    }
    return i;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private byte peek(int at) throws MalformedJson {
    if (at >= end) {
      throw MalformedJson.at(end, "unexpected end");
    }
    return bytes[at];
  }
}
