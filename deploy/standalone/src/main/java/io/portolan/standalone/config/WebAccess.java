package io.portolan.standalone.config;

import java.util.Set;

/**
 * Which requests the edge takes at all, against DNS rebinding and foreign web pages.
 *
 * @param allowedHosts values of the Host header accepted besides the loopback names and the bound
 *     address, without a port
 * @param allowedOrigins values of the Origin header accepted besides the loopback ones, such as
 *     {@code https://console.example.com}
 */
public record WebAccess(Set<String> allowedHosts, Set<String> allowedOrigins) {
  public WebAccess {
    allowedHosts = Set.copyOf(allowedHosts);
    allowedOrigins = Set.copyOf(allowedOrigins);
  }
}
