package io.portolan.gateway.core.session;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamLink;
import org.jspecify.annotations.Nullable;

/** A request of a client that has no answer yet. Thread-safe. */
public final class InFlight {
  /** Where the request is: on which link, under which id. */
  public record Place(UpstreamLink link, long id) {}

  private final Cancellation cancellation = new Cancellation();
  private volatile @Nullable Place place;
  private volatile boolean withdrawn;

  /** Notes where the request is now. */
  public void at(UpstreamLink link, long id) {
    place = new Place(link, id);
  }

  /** Where the request is; null while it is on no link. */
  public @Nullable Place place() {
    return place;
  }

  /** Gives the request up. */
  public Cancellation cancellation() {
    return cancellation;
  }

  /**
   * Notes that the client said that it expects no answer any more. Said before the server is told,
   * so that whatever the server makes of it finds it noted.
   */
  public void withdraw() {
    withdrawn = true;
  }

  /** Whether the client expects no answer any more. */
  public boolean withdrawn() {
    return withdrawn;
  }
}
