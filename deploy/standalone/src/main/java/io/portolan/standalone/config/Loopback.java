package io.portolan.standalone.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Tells whether an address to listen at can be reached from this machine only. */
final class Loopback {
  private Loopback() {}

  /** May ask the resolver. A name that does not resolve counts as one that is not loopback. */
  static boolean isLoopback(String host) {
    try {
      for (var address : InetAddress.getAllByName(host)) {
        if (!address.isLoopbackAddress()) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException _) {
      return false;
    }
  }
}
