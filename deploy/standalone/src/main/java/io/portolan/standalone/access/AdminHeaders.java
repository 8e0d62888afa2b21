package io.portolan.standalone.access;

import io.portolan.gateway.core.edge.RequestHeaders;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Headers that bring the admin key, of a request that takes no wire. */
record AdminHeaders(String adminKey) implements RequestHeaders {
  @Override
  public @Nullable String first(String name) {
    return name.equals("Authorization") ? "Bearer " + adminKey : null;
  }

  @Override
  public int count(String name) {
    return first(name) == null ? 0 : 1;
  }

  @Override
  public void eachWithPrefix(String lowerCasePrefix, BiConsumer<String, String> action) {}

  @Override
  public String toString() {
    return "AdminHeaders";
  }
}
