package io.portolan.standalone.upstream;

import io.portolan.tenancy.Principal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Requests for a user's consent that wait, each under an id that cannot be guessed: it leads to the
 * page, and allows nothing. Bounded in number and time; the oldest goes first. Thread-safe.
 */
final class Requests {
  static final Duration GOOD_FOR = Duration.ofMinutes(10);

  /** Requests at most. */
  static final int MAX = 10_000;

  private final SecureRandom random;
  private final InstantSource clock;
  private final Map<String, Request> byId = new LinkedHashMap<>(); // guarded by this
  private final Map<Whose, String> ids = new LinkedHashMap<>(); // guarded by this

  Requests(SecureRandom random, InstantSource clock) {
    this.random = random;
    this.clock = clock;
  }

  /** Whose consent, and to which server. */
  record Whose(Principal principal, String server) {}

  /** A request that waits. */
  record Request(String id, Whose whose, Instant until) {}

  /** The request for somebody's consent: one, however many calls need it. */
  synchronized Request of(Whose whose) {
    expire();
    var id = ids.get(whose);
    var known = id == null ? null : byId.get(id);
    if (known != null) {
      return known;
    }
    if (byId.size() >= MAX) {
      var oldest = byId.values().iterator().next();
      drop(oldest);
    }
    var request = new Request(Words.random(random), whose, clock.instant().plus(GOOD_FOR));
    byId.put(request.id(), request);
    ids.put(whose, request.id());
    return request;
  }

  synchronized Optional<Request> find(String id) {
    expire();
    return Optional.ofNullable(byId.get(id));
  }

  /** The request has been answered. */
  synchronized void drop(Request request) {
    byId.remove(request.id());
    ids.remove(request.whose(), request.id());
  }

  private void expire() {
    var now = clock.instant();
    Iterator<Request> oldest = byId.values().iterator();
    while (oldest.hasNext()) {
      var request = oldest.next();
      if (now.isBefore(request.until())) {
        return; // those behind it are younger
      }
      oldest.remove();
      ids.remove(request.whose(), request.id());
    }
  }
}
