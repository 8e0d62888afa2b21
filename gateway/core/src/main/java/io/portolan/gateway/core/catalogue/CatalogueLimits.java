package io.portolan.gateway.core.catalogue;

import org.jspecify.annotations.Nullable;

/*
 * Each item is kept as the server wrote it, once more in federated names, and in the pages of both:
 * four times its bytes, so that a sixteenth of the heap makes a quarter of it.
 */

/**
 * How much all servers together may offer, and half of it those of one tenant.
 *
 * @param items tools, resources, templates and prompts
 * @param bytes their definitions as the servers wrote them
 */
public record CatalogueLimits(int items, long bytes) {
  private static final int ITEMS_MAX = 200_000;
  private static final long BYTES_MAX = 128L << 20;

  /** 200,000 items; 128 MiB, at most a sixteenth of the heap. */
  public static CatalogueLimits ofHeap() {
    return new CatalogueLimits(
        ITEMS_MAX, Math.min(BYTES_MAX, Runtime.getRuntime().maxMemory() / 16));
  }

  CatalogueLimits ofOneTenant() {
    return new CatalogueLimits(items / 2, bytes / 2);
  }

  /** Whether so much fits. */
  boolean hold(Use use) {
    return use.items <= items && use.bytes <= bytes;
  }

  /** How much some servers offer. Guarded by its owner. */
  static final class Use {
    private long items;
    private long bytes;

    /** A server offers this instead of that. */
    void change(@Nullable ServerSnapshot before, @Nullable ServerSnapshot after) {
      add(before, -1);
      add(after, 1);
    }

    private void add(@Nullable ServerSnapshot snapshot, int sign) {
      if (snapshot != null) {
        for (var list : snapshot.lists().values()) {
          items += (long) sign * list.items().size();
          bytes += sign * list.bytes();
        }
      }
    }

    /** The same and as much again as another. */
    void add(Use other) {
      items += other.items;
      bytes += other.bytes;
    }
  }
}
