package io.portolan.gateway.http;

import io.portolan.tenancy.Caller;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a caller would be kept out by now. What that takes is found when it is first asked,
 * within seconds of the request if ever: almost every request is over before. Thread-safe.
 */
final class Withdrawal implements BooleanSupplier {
  // Invariant: one of the two is there; the request is let go when it is needed no more.
  private @Nullable Asker asker;
  private @Nullable BooleanSupplier found;

  private record Asker(Identity identity, Identity.Asked asked, Caller caller) {}

  Withdrawal(Identity identity, Identity.Asked asked, Caller caller) {
    this.asker = new Asker(identity, asked, caller);
  }

  @Override
  public boolean getAsBoolean() {
    return found().getAsBoolean();
  }

  private synchronized BooleanSupplier found() {
    var known = found;
    var by = asker;
    if (known == null && by != null) {
      known = by.identity().withdrawal(by.asked(), by.caller());
      found = known;
      asker = null;
    }
    if (known == null) {
      throw new IllegalStateException("neither asked nor found");
    }
    return known;
  }
}
