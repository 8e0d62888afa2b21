package io.portolan.tenancy.audit;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/*
 * The signing key's seed is derived, so that an operator keeps one secret. The JDK makes an Ed25519
 * pair from 32 bytes of its generator, which are the seed of RFC 8032; a test compares with the
 * RFC's own keys.
 */

/**
 * What the audit chain needs of a secret: the key that signs checkpoints, and one for each tenant
 * that hashes arguments. Thread-safe; shows nothing of the secret.
 */
public final class AuditKeys {
  /** Shortest secret, in bytes. */
  public static final int SECRET_BYTES_MIN = 32;

  private static final int SEED_BYTES = 32;

  /** Keys beyond are derived each time, which takes some microseconds. */
  private static final int TENANT_KEYS_MAX = 10_000;

  private final byte[] secret;
  private final KeyPair pair;
  private final String keyId;
  private final Map<TenantId, Mac> tenantKeys = new ConcurrentHashMap<>();

  private AuditKeys(byte[] secret, KeyPair pair) {
    this.secret = secret;
    this.pair = pair;
    this.keyId = keyId(pair.getPublic());
  }

  /** The keys of a secret of at least {@link #SECRET_BYTES_MIN} random bytes. */
  public static AuditKeys of(byte[] secret) {
    if (secret.length < SECRET_BYTES_MIN) {
      throw new IllegalArgumentException(
          "the secret has " + secret.length + " bytes; expected " + SECRET_BYTES_MIN);
    }
    var own = secret.clone();
    return new AuditKeys(own, pair(derived(own, "portolan audit signing key 1")));
  }

  static KeyPair pair(byte[] seed) {
    try {
      var generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, new Given(seed));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  private static byte[] derived(byte[] secret, String purpose) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(secret)
                  .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), SEED_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HKDF", e);
    }
  }

  /** Names a public key: the first 16 digits of its SHA-256. */
  static String keyId(PublicKey key) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** What verifies the signatures. */
  public PublicKey publicKey() {
    return pair.getPublic();
  }

  String keyId() {
    return keyId;
  }

  Bytes sign(String statement) {
    try {
      var signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(statement.getBytes(StandardCharsets.UTF_8));
      return Bytes.of(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing with Ed25519", e);
    }
  }

  /** Whether whoever holds the private half made this statement. */
  static boolean signed(PublicKey key, String statement, Bytes signature) {
    try {
      var check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(statement.getBytes(StandardCharsets.UTF_8));
      return check.verify(signature.toArray());
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException("not an Ed25519 key", e);
    } catch (GeneralSecurityException _) {
      return false; // It does not even have the form of a signature.
    }
  }

  /** HMAC-SHA-256 with the tenant's own key. */
  String inputHash(TenantId tenant, byte[] input, int from, int until) {
    var mac = copy(tenant);
    mac.update(input, from, until - from);
    return "hmac-sha256:" + HexFormat.of().formatHex(mac.doFinal());
  }

  /** A copy of what was keyed once is cheaper than keying. */
  private Mac copy(TenantId tenant) {
    var kept = tenantKeys.get(tenant);
    if (kept == null) {
      kept = keyed(tenant);
      if (tenantKeys.size() < TENANT_KEYS_MAX) {
        tenantKeys.put(tenant, kept);
      }
    }
    try {
      return (Mac) kept.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's HmacSHA256 can be copied", e);
    }
  }

  private Mac keyed(TenantId tenant) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(derived(secret, "portolan audit input key 1 " + tenant), "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "AuditKeys[" + keyId + "]";
  }

  /** Gives out a seed. */
  private static final class Given extends SecureRandom {
    private static final long serialVersionUID = 1;
    private final byte[] seed;

    Given(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length != seed.length) {
        throw new IllegalStateException("a seed of " + bytes.length + " bytes is asked for");
      }
      System.arraycopy(seed, 0, bytes, 0, seed.length);
      Arrays.fill(seed, (byte) 0);
    }
  }
}
