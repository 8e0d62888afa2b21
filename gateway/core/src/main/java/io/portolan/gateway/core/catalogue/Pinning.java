package io.portolan.gateway.core.catalogue;

import io.portolan.tenancy.TenantId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says which definitions of servers are in force. Thread-safe. */
@FunctionalInterface
public interface Pinning {
  /** Whatever a server offers is in force. */
  Pinning NONE = (_, _, _) -> null;

  /**
   * What is in force of what a server offers. Called by the server's monitor whenever it has listed
   * what the server offers; may block on a store.
   *
   * @param owner the tenant that alone sees the server; null for one that is there for all
   * @param handle the server's name to those who see it
   * @param offered what it offers now
   * @return null where all of it is in force, whatever it is
   * @throws PinsUnreadableException when that cannot be said now; what was in force stays
   */
  @Nullable InForce of(@Nullable TenantId owner, String handle, ServerSnapshot offered)
      throws PinsUnreadableException, InterruptedException;

  /**
   * What is in force.
   *
   * @param lists each with the definitions that are in force, in the order they were offered
   * @param instructions whether the server's instructions are shown
   */
  record InForce(Map<ListKind, Listing> lists, boolean instructions) {
    public InForce {
      lists = Map.copyOf(lists);
    }
  }

  /** What is in force cannot be said now. */
  final class PinsUnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    public PinsUnreadableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
