package io.portolan.registry;

import io.portolan.tenancy.access.Risk;
import java.util.Map;

/**
 * A registered server as the gateway is to reach it. Immutable.
 *
 * @param name its name in the registry, such as {@code com.acme/weather}
 * @param version the version that is in force
 * @param lifecycle ACTIVE or DEPRECATED
 * @param note what callers of a deprecated server are told; may be empty
 * @param definition how to reach it; its name is the server's handle, and references to secrets
 *     stand in it as they were written
 * @param risks the risk level of tools by their own names, as a person confirmed them
 */
public record RegisteredServer(
    ServerName name,
    String version,
    Lifecycle lifecycle,
    String note,
    ServerDefinition definition,
    Map<String, Risk> risks) {
  public RegisteredServer {
    risks = Map.copyOf(risks);
    if (lifecycle == Lifecycle.DELETED) {
      throw new IllegalArgumentException("a deleted server is not in force: " + name);
    }
  }
}
