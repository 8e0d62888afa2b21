package io.portolan.gateway.core.upstream;

import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a server said of itself when it was probed.
 *
 * @param discovered the result of {@code server/discover}; null when it speaks no modern version
 * @param initialized the result of the initialize request; null when it speaks no legacy version
 */
public record ServerProfile(@Nullable Slice discovered, @Nullable Slice initialized) {
  public ServerProfile {
    if (discovered == null && initialized == null) {
      throw new IllegalArgumentException("a server speaks at least one era");
    }
  }

  /** Whether the server speaks an era. */
  public boolean speaks(Era era) {
    return (era == Era.MODERN ? discovered : initialized) != null;
  }

  /** The server's own words in an era, or in the other one where it does not speak it. */
  public JsonView hello(Era era) {
    var asked = era == Era.MODERN ? discovered : initialized;
    var other = era == Era.MODERN ? initialized : discovered;
    return JsonView.of(Objects.requireNonNull(asked != null ? asked : other));
  }
}
