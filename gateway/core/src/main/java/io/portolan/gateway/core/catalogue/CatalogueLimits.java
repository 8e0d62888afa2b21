package io.portolan.gateway.core.catalogue;

import java.util.Collection;

/*
 * Each item is kept as the server wrote it, once more in federated names, and in the pages of both:
 * four times its bytes, so that a sixteenth of the heap makes a quarter of it.
 */

/**
 * How much all servers together may offer.
 *
 * @param items tools, resources, templates and prompts
 * @param bytes their definitions as the servers wrote them
 */
public record CatalogueLimits(int items, long bytes) {
  private static final long BYTES_MAX = 64L << 20;

  /** 100,000 items; 64 MiB, at most a sixteenth of the heap. */
  public static CatalogueLimits ofHeap() {
    return new CatalogueLimits(100_000, Math.min(BYTES_MAX, Runtime.getRuntime().maxMemory() / 16));
  }

  /** Whether all of them fit. */
  boolean hold(Collection<Server> servers) {
    var allItems = 0L;
    var allBytes = 0L;
    for (var server : servers) {
      var snapshot = server.snapshot();
      if (snapshot != null) {
        for (var list : snapshot.lists().values()) {
          allItems += list.items().size();
          allBytes += list.bytes();
        }
      }
    }
    return allItems <= items && allBytes <= bytes;
  }
}
