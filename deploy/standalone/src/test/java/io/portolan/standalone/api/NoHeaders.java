package io.portolan.standalone.api;

import io.portolan.gateway.core.edge.RequestHeaders;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A request's headers, of which there are none. */
enum NoHeaders implements RequestHeaders {
  INSTANCE;

  @Override
  public @Nullable String first(String name) {
    return null;
  }

  @Override
  public int count(String name) {
    return 0;
  }

  @Override
  public void eachWithPrefix(String lowerCasePrefix, BiConsumer<String, String> action) {}
}
