package io.portolan.gateway.core.admission;

import io.portolan.tenancy.access.Placeholders;
import org.jspecify.annotations.Nullable;

/** A bounded number of placeholders, for one message. Used by one thread. */
final class FewPlaceholders implements Placeholders {
  private final Placeholders all;
  private int left;

  FewPlaceholders(Placeholders all, int max) {
    this.all = all;
    this.left = max;
  }

  @Override
  public @Nullable String of(String kind, String text) {
    return left-- > 0 ? all.of(kind, text) : null;
  }

  @Override
  public @Nullable String text(String placeholder) {
    return left-- > 0 ? all.text(placeholder) : null;
  }
}
