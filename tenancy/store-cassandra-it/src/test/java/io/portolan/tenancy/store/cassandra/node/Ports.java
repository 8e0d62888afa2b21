package io.portolan.tenancy.store.cassandra.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** The ports of a cluster: the same on each node's address, as Cassandra has it. */
record Ports(int storage, int cql) {
  /** Two that are free on all of these addresses now. */
  static Ports free(List<Place> places) throws IOException {
    var open = new ArrayList<ServerSocket>();
    try {
      return new Ports(free(places, open), free(places, open));
    } finally {
      for (var socket : open) {
        socket.close();
      }
    }
  }

  private static int free(List<Place> places, List<ServerSocket> open) throws IOException {
    for (int attempt = 0; attempt < 50; attempt++) {
      var first = new ServerSocket(0, 1, InetAddress.getByName(places.getFirst().address()));
      open.add(first);
      try {
        for (var place : places.subList(1, places.size())) {
          open.add(
              new ServerSocket(first.getLocalPort(), 1, InetAddress.getByName(place.address())));
        }
        return first.getLocalPort();
      } catch (IOException _) {
        // Taken on one of the addresses: another one then.
      }
    }
    throw new IOException("no port is free on all of " + places);
  }
}
