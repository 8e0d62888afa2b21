package io.portolan.tenancy.auth.upstream;

import io.portolan.tenancy.Principal;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The access token that each principal came with last, for token exchange: it is shown to the
 * authorization server, and to nobody else. Kept in memory only, of a bounded number of principals,
 * and not at all before a server needs it. Thread-safe, never blocks.
 */
public final class SubjectTokens {
  /** Principals at most; one more, and one of them is forgotten until its next request. */
  public static final int PRINCIPALS_MAX = 10_000;

  private final ConcurrentHashMap<Principal, String> tokens = new ConcurrentHashMap<>();
  private volatile boolean wanted;

  /** From now on they are needed. */
  public void want() {
    wanted = true;
  }

  /** A principal came with a token that is good. */
  public void came(Principal principal, String token) {
    if (!wanted || token.equals(tokens.get(principal))) {
      return;
    }
    if (tokens.size() >= PRINCIPALS_MAX && !tokens.containsKey(principal)) {
      var any = tokens.keySet().iterator();
      if (any.hasNext()) {
        tokens.remove(any.next());
      }
    }
    tokens.put(principal, token);
  }

  Optional<String> of(Principal principal) {
    return Optional.ofNullable(tokens.get(principal));
  }

  /** How many are kept. */
  int size() {
    return tokens.size();
  }
}
