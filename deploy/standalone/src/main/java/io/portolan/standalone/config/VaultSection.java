package io.portolan.standalone.config;

import io.portolan.standalone.document.Findings;
import io.portolan.tenancy.TenantId;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the vault's key-encryption keys are, and whose secrets server definitions refer to.
 *
 * @param keyFile holds the current key; null for the data directory's own, or the variable
 * @param keyVariable the environment variable that holds it, instead; null for none
 * @param earlierKeyFiles hold keys that still unwrap
 * @param tenant whose secrets {@code ${secret:NAME}} in a server definition stands for
 */
public record VaultSection(
    @Nullable Path keyFile,
    @Nullable String keyVariable,
    List<Path> earlierKeyFiles,
    TenantId tenant) {
  /** The data directory's own key, and the development tenant. */
  public static final VaultSection DEFAULT =
      new VaultSection(null, null, List.of(), TenantId.DEVELOPMENT);

  public VaultSection {
    earlierKeyFiles = List.copyOf(earlierKeyFiles);
  }

  /** Reads the section of that name. */
  static VaultSection of(Settings settings, Function<String, Path> beside, Findings findings) {
    var file = settings.text("key-file").map(beside).orElse(null);
    var variable = settings.text("key-variable").orElse(null);
    var earlier = settings.texts("earlier-key-files").stream().map(beside).toList();
    var named = settings.text("tenant").orElse(TenantId.DEVELOPMENT.value());
    settings.rejectUnknown();
    if (file != null && variable != null) {
      findings.problem(
          settings.at(), "the vault has both 'key-file' and 'key-variable'", "one of them");
    }
    if (file == null && variable == null && !earlier.isEmpty()) {
      findings.problem(
          settings.at(),
          "the vault has 'earlier-key-files' and no key of its own",
          "'key-file' or 'key-variable' beside them");
    }
    try {
      return new VaultSection(file, variable, earlier, new TenantId(named));
    } catch (IllegalArgumentException e) {
      findings.problem(settings.at(), "'tenant' is wrong: " + e.getMessage(), "a tenant's id");
      return DEFAULT;
    }
  }
}
