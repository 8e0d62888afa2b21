package io.portolan.tenancy.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a slice.
 *
 * @param rows in the order they were asked for; may be fewer than asked for when they are large
 * @param next the token to ask for what follows; null when nothing does. Opaque, of use for the
 *     same tenant, partition and slice only, and valid for as long as the table is
 */
public record Page<R>(List<R> rows, @Nullable String next) {
  public Page {
    rows = List.copyOf(rows);
  }
}
