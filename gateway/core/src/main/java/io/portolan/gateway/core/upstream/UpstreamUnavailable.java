package io.portolan.gateway.core.upstream;

/** A server that could not be probed or would not open a session. The text is for the log. */
public final class UpstreamUnavailable extends Exception {
  private final transient UpstreamFailure failure;

  /** With the reason. */
  public UpstreamUnavailable(UpstreamFailure failure) {
    super(failure.detail());
    this.failure = failure;
  }

  /** The reason. */
  public UpstreamFailure failure() {
    return failure;
  }
}
