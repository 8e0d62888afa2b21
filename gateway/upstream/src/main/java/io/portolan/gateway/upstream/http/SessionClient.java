package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;

/**
 * Sends the requests of one session: all on behalf of whom it was opened for.
 *
 * @param principal whose session it is
 */
record SessionClient(ProvenClient client, Principal principal) {
  /** As {@link HttpClient#send}. */
  Exchange send(HttpRequest request, Deadline deadline, Cancellation cancellation)
      throws ExchangeFailed, InterruptedException {
    return client.send(request, principal, deadline, cancellation);
  }

  /** As {@link HttpClient#listen}. */
  Exchange listen(HttpRequest request, Deadline deadline, Cancellation cancellation)
      throws ExchangeFailed, InterruptedException {
    return client.listen(request, principal, deadline, cancellation);
  }
}
