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

/** The arguments of a request as they were sent, read only when somebody asks for them. */
public final class RequestAttempt implements Attempt {
  /** Of more bytes no condition is evaluated. */
  public static final int BYTES_MAX = 256 << 10;

  /** Of more values no condition is evaluated. */
  public static final int VALUES_MAX = 10_000;

  private final Instant at;
  private final @Nullable Slice json;
  private @Nullable Map<String, Object> values;
  private int count;

  /**
   * An attempt.
   *
   * @param at the time that counts
   * @param arguments JSON that was checked, in which no object has a name twice; null for none
   */
  public RequestAttempt(Instant at, @Nullable Slice arguments) {
    this.at = at;
    this.json = arguments;
  }

  @Override
  public Instant at() {
    return at;
  }

  @Override
  public Map<String, Object> arguments() throws Unreadable {
    var known = values;
    if (known == null) {
      known = read();
      values = known;
    }
    return known;
  }

  private Map<String, Object> read() throws Unreadable {
    if (json == null) {
      return Map.of();
    }
    if (!json.isObject()) {
      throw new Unreadable("the arguments are no object");
    }
    if (json.length() > BYTES_MAX) {
      throw new Unreadable(
          "the arguments have " + json.length() + " bytes, more than " + BYTES_MAX);
    }
    return object(json);
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
      throw new Unreadable("the arguments have more than " + VALUES_MAX + " values");
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
