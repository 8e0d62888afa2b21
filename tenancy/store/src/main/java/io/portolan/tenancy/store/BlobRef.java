package io.portolan.tenancy.store;

import java.util.regex.Pattern;

/**
 * Names a blob by its content, inside one tenant.
 *
 * @param sha256 64 lower-case hex digits
 */
public record BlobRef(String sha256) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public BlobRef {
    if (!FORM.matcher(sha256).matches()) {
      throw new IllegalArgumentException("a blob is named by 64 hex digits: " + sha256);
    }
  }
}
