package io.portolan.tenancy.auth.upstream;

import io.portolan.tenancy.Principal;
import java.util.Optional;

/**
 * Where the grants of users are kept, sealed: a text for each principal at one server. Thread-safe;
 * blocks.
 */
public interface GrantStore {
  /**
   * A principal's grant; empty when there is none.
   *
   * @throws GrantStoreException when it cannot be read now
   */
  Optional<String> load(Principal principal) throws InterruptedException, GrantStoreException;

  /** Keeps one, in place of what was there. */
  void save(Principal principal, String grant) throws InterruptedException, GrantStoreException;

  /** Forgets one. */
  void delete(Principal principal) throws InterruptedException, GrantStoreException;

  /** Grants can be neither read nor written now. */
  final class GrantStoreException extends Exception {
    private static final long serialVersionUID = 1;

    /** With what to tell an operator. */
    public GrantStoreException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
