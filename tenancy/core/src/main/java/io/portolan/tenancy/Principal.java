package io.portolan.tenancy;

/**
 * Who makes a call: always inside one tenant.
 *
 * @param tenant the tenant the caller belongs to
 * @param subject the caller's stable name inside the tenant, 1 to 255 characters
 */
public record Principal(TenantId tenant, String subject) {
  /** The caller of a development process on loopback, where nobody signs in. */
  public static final Principal ANONYMOUS = new Principal(TenantId.DEVELOPMENT, "anonymous");

  /** The gateway itself, when it asks servers for what they offer. Nobody signs in as it. */
  public static final Principal GATEWAY = new Principal(TenantId.SYSTEM, "gateway");

  public Principal {
    if (subject.isEmpty() || subject.length() > 255) {
      throw new IllegalArgumentException(
          "subject must have 1 to 255 characters, has " + subject.length());
    }
  }
}
