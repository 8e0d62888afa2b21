package io.portolan.standalone.api;

/** Does what an endpoint is for. Thread-safe; may block until the request's deadline. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers a request.
   *
   * @throws IllegalArgumentException for what was sent and is wrong, in words for the sender: 400
   * @throws io.portolan.tenancy.store.StoreUnavailableException answered with 503
   */
  Answer answer(ApiRequest request) throws InterruptedException;
}
