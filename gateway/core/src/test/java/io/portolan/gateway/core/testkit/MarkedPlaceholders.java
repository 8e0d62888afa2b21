package io.portolan.gateway.core.testkit;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Placeholders;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Placeholders that anybody could read, but that are turned back for their own tenant only. */
record MarkedPlaceholders(TenantId tenant) implements Placeholders {
  private static final String FILL = "-".repeat(38);

  static Placeholders of(TenantId tenant) {
    return new MarkedPlaceholders(tenant);
  }

  @Override
  public String of(String kind, String text) {
    return begin() + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + ">";
  }

  private String begin() {
    return "<x:" + FILL + tenant.value() + "_";
  }

  @Override
  public @Nullable String text(String placeholder) {
    return placeholder.startsWith(begin())
        ? new String(
            HexFormat.of()
                .parseHex(placeholder.substring(begin().length(), placeholder.length() - 1)),
            StandardCharsets.UTF_8)
        : null;
  }
}
