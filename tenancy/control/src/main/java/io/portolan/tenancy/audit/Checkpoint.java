package io.portolan.tenancy.audit;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Bytes;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A signed statement about one record of a chain: whoever holds the key says that the chain up to
 * it has this hash. Kept elsewhere, it proves later what the chain was.
 *
 * @param kind what is stated
 * @param seq the record's number
 * @param hash the record's hash
 * @param signature Ed25519, over {@link #statement}
 */
public record Checkpoint(
    Kind kind,
    TenantId tenant,
    String shard,
    long seq,
    Bytes hash,
    Instant at,
    String keyId,
    Bytes signature) {
  private static final Pattern FORM =
      Pattern.compile(
          "\\{\"(checkpoint|anchor)\":\\{\"tenant_id\":\"([a-z0-9-]{1,64})\",\"shard\":\"([\\w.-]{1,64})\","
              + "\"seq\":(\\d{1,18}),\"hash\":\"([0-9a-f]{64})\",\"at\":\"([0-9TZ:.-]{24})\","
              + "\"key_id\":\"([0-9a-f]{16})\",\"signature\":\"([A-Za-z0-9+/=]{88})\"}}");

  /** What is stated of a record. */
  public enum Kind {
    /** It is there. */
    CHECKPOINT,
    /** It and all before it were removed on purpose. */
    ANCHOR;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Checkpoint sign(
      Kind kind, AuditKeys keys, TenantId tenant, String shard, ChainHead head, Instant at) {
    var unsigned =
        new Checkpoint(
            kind, tenant, shard, head.seq(), head.hash(), at, keys.keyId(), Bytes.of(""));
    return new Checkpoint(
        kind,
        tenant,
        shard,
        head.seq(),
        head.hash(),
        at,
        keys.keyId(),
        keys.sign(unsigned.statement()));
  }

  /** The text that is signed. */
  String statement() {
    return String.join(
        "\n",
        "portolan-audit/1 " + kind.label(),
        tenant.value(),
        shard,
        Long.toString(seq),
        HexFormat.of().formatHex(hash.toArray()),
        EventJson.at(at));
  }

  boolean signedWith(PublicKey key) {
    return keyId.equals(AuditKeys.keyId(key)) && AuditKeys.signed(key, statement(), signature);
  }

  /** The line that stands for it in an export. */
  public String line() {
    return "{\"%s\":{\"tenant_id\":\"%s\",\"shard\":\"%s\",\"seq\":%d,\"hash\":\"%s\",\"at\":\"%s\",\"key_id\":\"%s\",\"signature\":\"%s\"}}"
        .formatted(
            kind.label(),
            tenant,
            shard,
            seq,
            HexFormat.of().formatHex(hash.toArray()),
            EventJson.at(at),
            keyId,
            Base64.getEncoder().encodeToString(signature.toArray()));
  }

  /** Reads the line of an export; empty when it is another one. */
  public static Optional<Checkpoint> parse(String line) {
    var form = FORM.matcher(line);
    if (!form.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Checkpoint(
            Kind.valueOf(form.group(1).toUpperCase(Locale.ROOT)),
            new TenantId(form.group(2)),
            form.group(3),
            Long.parseLong(form.group(4)),
            Bytes.of(HexFormat.of().parseHex(form.group(5))),
            Instant.parse(form.group(6)),
            form.group(7),
            Bytes.of(Base64.getDecoder().decode(form.group(8)))));
  }
}
