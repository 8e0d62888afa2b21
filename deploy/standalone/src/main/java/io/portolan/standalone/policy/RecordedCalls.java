package io.portolan.standalone.policy;

import io.portolan.gateway.core.admission.RequestAttempt;
import io.portolan.gateway.protocol.JsonCheck;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.MalformedJson;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Risk;
import io.portolan.tenancy.policy.Explanation.Until;
import io.portolan.tenancy.policy.Simulation.Recorded;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Reads recorded calls, one JSON object a line: {@code tenant}, {@code principal}, {@code agent},
 * {@code roles}, {@code teams}, {@code kind}, {@code server}, {@code name}, {@code risk}, {@code
 * arguments}, {@code result} and {@code at}. All but {@code server} and {@code name} may be
 * missing; then it is the anonymous owner of the development tenant that calls a tool of level L2,
 * without arguments, when the line is read.
 */
public final class RecordedCalls {
  private static final Set<String> MEMBERS =
      Set.of(
          "tenant",
          "principal",
          "agent",
          "roles",
          "teams",
          "kind",
          "server",
          "name",
          "risk",
          "arguments",
          "result",
          "at");

  private RecordedCalls() {}

  /** A line is no recorded call; the message says why. */
  public static final class NotACall extends Exception {
    NotACall(String message) {
      super(message);
    }
  }

  /** Reads one line, which {@code label} names. */
  public static Recorded read(String label, String line) throws NotACall {
    var call = object(line);
    for (int i = 0; i < call.size(); i++) {
      if (!MEMBERS.contains(call.name(i))) {
        throw new NotACall("'" + call.name(i) + "' is no member of a recorded call");
      }
    }
    try {
      return new Recorded(
          label,
          caller(call),
          item(call),
          attempt(call),
          call.get("result") == null ? Until.THE_CALL : Until.THE_RESULT);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new NotACall(String.valueOf(e.getMessage()));
    }
  }

  private static JsonView object(String line) throws NotACall {
    try {
      var value = JsonCheck.value(Slice.utf8(line), JsonLimits.INBOUND);
      if (value.isObject()) {
        return JsonView.of(value);
      }
    } catch (MalformedJson e) {
      throw new NotACall(String.valueOf(e.getMessage()));
    }
    throw new NotACall("a recorded call is a JSON object");
  }

  private static Caller caller(JsonView call) throws NotACall {
    var anonymous = Caller.ANONYMOUS;
    var tenant = text(call, "tenant", anonymous.tenant().value());
    var subject = text(call, "principal", anonymous.principal().subject());
    var agent = call.get("agent") == null ? null : text(call, "agent", "");
    var roles = call.get("roles") == null ? anonymous.roles() : texts(call, "roles");
    return new Caller(
        new Principal(new TenantId(tenant), subject),
        "recorded",
        agent,
        roles,
        texts(call, "teams"),
        Set.of());
  }

  private static Item item(JsonView call) throws NotACall {
    return new Item(
        ItemKind.valueOf(text(call, "kind", "tool").toUpperCase(Locale.ROOT)),
        needed(call, "server"),
        needed(call, "name"),
        Risk.valueOf(text(call, "risk", "L2").toUpperCase(Locale.ROOT)));
  }

  private static RequestAttempt attempt(JsonView call) throws NotACall {
    var at = call.get("at") == null ? Instant.now() : Instant.parse(text(call, "at", ""));
    return new RequestAttempt(at, call.get("arguments"), call.get("result"));
  }

  private static String needed(JsonView call, String name) throws NotACall {
    if (call.get(name) == null) {
      throw new NotACall("'" + name + "' is missing");
    }
    return text(call, name, "");
  }

  private static String text(JsonView call, String name, String fallback) throws NotACall {
    var value = call.get(name);
    if (value == null) {
      return fallback;
    }
    if (!value.isString()) {
      throw new NotACall("'" + name + "' is no string");
    }
    return value.string();
  }

  private static Set<String> texts(JsonView call, String name) throws NotACall {
    var value = call.get(name);
    var texts = new HashSet<String>();
    if (value == null) {
      return texts;
    }
    if (!value.isArray()) {
      throw new NotACall("'" + name + "' is no array of strings");
    }
    for (var item : JsonList.items(value)) {
      if (!item.isString()) {
        throw new NotACall("'" + name + "' is no array of strings");
      }
      texts.add(item.string());
    }
    return texts;
  }
}
