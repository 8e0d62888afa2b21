package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.UpstreamFailure;

/** A request that got no answer. Carries no stack: it is an outcome, taken apart by the link. */
final class ExchangeFailed extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient UpstreamFailure failure;

  ExchangeFailed(UpstreamFailure failure) {
    super(failure.detail(), null, false, false);
    this.failure = failure;
  }

  UpstreamFailure failure() {
    return failure;
  }
}
