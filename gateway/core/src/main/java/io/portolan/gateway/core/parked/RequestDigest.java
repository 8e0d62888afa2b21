package io.portolan.gateway.core.parked;

import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Slice;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Set;

/*
 * A retry is the same request with another id, other _meta, and the two members that make it a
 * retry. Members may come in another order, and strings with other escapes: clients write the
 * message anew.
 */

/** The digest (SHA-256) of what a retry must repeat. Stateless. */
public final class RequestDigest {
  /** The members of params that make a request a retry. */
  public static final Set<String> RETRY_MEMBERS = Set.of("inputResponses", "requestState");

  private RequestDigest() {}

  /** Of a request at an endpoint. */
  public static Slice of(String endpoint, Message.Request request) {
    var digest = sha256();
    text(digest, endpoint);
    text(digest, request.method());
    var params = request.params();
    if (params != null) {
      object(digest, params, name -> !name.equals(MetaKeys.META) && !RETRY_MEMBERS.contains(name));
    }
    return Slice.of(digest.digest());
  }

  private static void object(
      MessageDigest digest, JsonView object, java.util.function.Predicate<String> counts) {
    record Member(String name, Slice value) {}
    var members = new ArrayList<Member>(object.size());
    for (int i = 0; i < object.size(); i++) {
      if (counts.test(object.name(i))) {
        members.add(new Member(object.name(i), object.value(i)));
      }
    }
    members.sort(Comparator.comparing(Member::name));
    digest.update((byte) '{');
    for (var member : members) {
      text(digest, member.name());
      value(digest, member.value());
    }
    digest.update((byte) '}');
  }

  private static void value(MessageDigest digest, Slice value) {
    if (value.isObject()) {
      object(digest, JsonView.of(value), _ -> true);
    } else if (value.isArray()) {
      digest.update((byte) '[');
      for (var item : JsonList.items(value)) {
        value(digest, item);
      }
      digest.update((byte) ']');
    } else if (value.isString()) {
      text(digest, value.string());
    } else {
      digest.update((byte) '#');
      digest.update(value.array(), value.from(), value.length());
    }
  }

  /** With its length, so that no two texts one after the other look like two others. */
  private static void text(MessageDigest digest, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(("\"" + bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
