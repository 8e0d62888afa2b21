package io.portolan.standalone.api;

import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request that may be answered: its sender may ask for this, in this tenant. Immutable.
 *
 * @param tenant whose things it is about; {@link TenantId#SYSTEM} of what is about no single one
 * @param path the values of the path's parameters
 * @param body as it was sent, at most 64 KiB
 * @param deadline until when to answer
 */
public record ApiRequest(
    TenantId tenant,
    Sender sender,
    Map<String, String> path,
    Query query,
    Slice body,
    Deadline deadline) {
  public ApiRequest {
    path = Map.copyOf(path);
  }

  /** The value of a parameter of the path, which the template has. */
  public String path(String name) {
    var value = path.get(name);
    if (value == null) {
      throw new IllegalStateException("the path has no parameter " + name);
    }
    return value;
  }

  /**
   * The body.
   *
   * @throws IllegalArgumentException when it is no JSON object
   */
  public Fields json() {
    return Fields.parse(text());
  }

  /** The body; of an empty one, no members. */
  public Fields jsonOrNothing() {
    return body.length() == 0 ? Fields.parse("{}") : json();
  }

  private String text() {
    return new String(body.array(), body.from(), body.length(), StandardCharsets.UTF_8);
  }
}
