package io.portolan.gateway.core.admission;

import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.access.Attempt;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a request and its result as they were sent, read only when somebody asks. */
public final class RequestAttempt implements Attempt {
  /** Of more bytes no condition is evaluated. */
  public static final int BYTES_MAX = 256 << 10;

  /** Of a result of more bytes neither. */
  public static final int RESULT_BYTES_MAX = 1 << 20;

  /** Of more values no condition is evaluated. */
  public static final int VALUES_MAX = 10_000;

  private final Instant at;
  private final @Nullable Slice json;
  private final @Nullable Slice resultJson;
  private @Nullable Map<String, Object> values;
  private @Nullable Map<String, Object> resultValues;
  private int count;

  /**
   * An attempt.
   *
   * @param at the time that counts
   * @param arguments JSON that was checked, in which no object has a name twice; null for none
   */
  public RequestAttempt(Instant at, @Nullable Slice arguments) {
    this(at, arguments, null);
  }

  /**
   * An attempt that was made.
   *
   * @param result JSON of the same kind; null while there is none
   */
  public RequestAttempt(Instant at, @Nullable Slice arguments, @Nullable Slice result) {
    this.at = at;
    this.json = arguments;
    this.resultJson = result;
  }

  @Override
  public Instant at() {
    return at;
  }

  @Override
  public Map<String, Object> arguments() throws Unreadable {
    var known = values;
    if (known == null) {
      known = json == null ? Map.of() : read(json, "the arguments", BYTES_MAX);
      values = known;
    }
    return known;
  }

  @Override
  public Map<String, Object> result() throws Unreadable {
    var known = resultValues;
    if (known == null) {
      if (resultJson == null) {
        throw new Unreadable("there is no result yet");
      }
      known = read(resultJson, "the result", RESULT_BYTES_MAX);
      resultValues = known;
    }
    return known;
  }

  private Map<String, Object> read(Slice object, String what, int bytesMax) throws Unreadable {
    if (!object.isObject()) {
      throw new Unreadable(what + (what.endsWith("s") ? " are" : " is") + " no object");
    }
    if (object.length() > bytesMax) {
      throw new Unreadable(what + ": " + object.length() + " bytes, more than " + bytesMax);
    }
    count = 0;
    return object(object);
  }

  private Map<String, Object> object(Slice object) throws Unreadable {
    var view = JsonView.of(object);
    var members = HashMap.<String, Object>newHashMap(view.size());
    for (int i = 0; i < view.size(); i++) {
      members.put(view.name(i), value(view.value(i)));
    }
    return members;
  }

  private Object value(Slice value) throws Unreadable {
    if (++count > VALUES_MAX) {
      throw new Unreadable("there are more than " + VALUES_MAX + " values");
    }
    if (value.isString()) {
      return value.string();
    }
    if (value.isObject()) {
      return object(value);
    }
    if (value.isArray()) {
      var items = new ArrayList<Object>();
      for (var item : JsonList.items(value)) {
        items.add(value(item));
      }
      return items;
    }
    if (value.isNumber()) {
      return number(value.text());
    }
    return value.is("null") ? Null.NULL : (Object) value.is("true");
  }

  private static Object number(String text) {
    if (text.length() <= 18 && text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))) {
      return Long.valueOf(text);
    }
    return Double.valueOf(text);
  }

  @Override
  public String argumentsHash() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      if (json != null) {
        digest.update(json.array(), json.from(), json.length());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
