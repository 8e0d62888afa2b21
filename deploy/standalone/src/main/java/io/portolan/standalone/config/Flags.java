package io.portolan.standalone.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says; null where it says nothing. Each flag wins over the file.
 *
 * @param config the {@code portolan.yaml} to read
 * @param mcpJson the IDE files to read instead of those the configuration names
 */
public record Flags(
    @Nullable Path config,
    List<Path> mcpJson,
    @Nullable String host,
    @Nullable Integer port,
    @Nullable Path dataDir,
    @Nullable AnonymousAccess anonymousAccess) {
  /** A command line without flags. */
  public static final Flags NONE = new Flags(null, List.of(), null, null, null, null);

  public Flags {
    mcpJson = List.copyOf(mcpJson);
  }
}
