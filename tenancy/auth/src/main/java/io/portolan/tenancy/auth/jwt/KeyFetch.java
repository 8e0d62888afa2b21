package io.portolan.tenancy.auth.jwt;

import java.io.IOException;
import java.net.URI;

/** The way to the documents of an authorization server. */
@FunctionalInterface
public interface KeyFetch {
  /**
   * The JSON at a URL; blocks for seconds at most.
   *
   * @throws IOException when it cannot be had, or may not be asked for
   */
  String get(URI uri) throws IOException, InterruptedException;
}
