package io.portolan.gateway.core.view;

import io.portolan.tenancy.Principal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/*
 * A client knows a task as the server's id, a dot, and 128 bits of an HMAC over who may use it:
 * tenant, subject, endpoint, server and the server's id. Nothing needs to be stored, so it holds at
 * every gateway that has the secret, and after a restart. It is the same each time, because clients
 * compare ids.
 *
 * That does not say whose tasks they are that a server lists, or tells of, without being asked for
 * one: one child process serves many callers. Those are shown where this process gave the id to the
 * caller before, which it remembers of a bounded number.
 */

/**
 * Binds the ids of servers' tasks to the principal that began them. Thread-safe; never blocks.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks">MCP
 *     2025-11-25, tasks: access control</a>
 */
public final class TaskIds {
  /** So many ids are remembered; beyond, the oldest are no longer listed, but still good. */
  static final int REMEMBERED_MAX = 100_000;

  private static final String ALGORITHM = "HmacSHA256";
  private static final char SEPARATOR = '.';
  private static final int PROOF_BYTES = 16;
  private static final int PROOF_CHARS = 22;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final SecretKey key;
  private final int rememberedMax;
  private final Map<String, Boolean> given = new LinkedHashMap<>(); // by proof; guarded by itself

  /** Binds with a key that all gateways share whose ids are to be good at each of them. */
  public TaskIds(SecretKey key) {
    this(key, REMEMBERED_MAX);
  }

  TaskIds(SecretKey key, int rememberedMax) {
    this.key = key;
    this.rememberedMax = rememberedMax;
  }

  /**
   * The tasks of one principal.
   *
   * @param endpoint the server whose endpoint it uses; empty for the one of all servers
   */
  public Owner of(Principal principal, String endpoint) {
    return new Owner(this, principal, endpoint);
  }

  /** Knows the tasks of one principal at one endpoint. Immutable; costs nothing to make. */
  public record Owner(TaskIds ids, Principal principal, String endpoint) {

    /** The id for the client of a task that a server names in its answer to the principal. */
    String told(String server, String own) {
      var proof = proof(server, own);
      ids.remember(proof);
      return own + SEPARATOR + proof;
    }

    /** The id for the client of a task that it was told of before; null of any other. */
    @Nullable String known(String server, String own) {
      var proof = proof(server, own);
      return ids.isGiven(proof) ? own + SEPARATOR + proof : null;
    }

    /** The server's own id behind one that the client sent; null when it is not the principal's. */
    @Nullable String own(String server, String sent) {
      var at = sent.length() - PROOF_CHARS - 1;
      var own = at < 0 ? sent : sent.substring(0, at);
      var proof = proof(server, own);
      var isOwn =
          MessageDigest.isEqual(
              (own + SEPARATOR + proof).getBytes(StandardCharsets.UTF_8),
              sent.getBytes(StandardCharsets.UTF_8));
      if (!isOwn) {
        return null;
      }
      ids.remember(proof);
      return own;
    }

    private String proof(String server, String own) {
      return ids.proof(principal.tenant().value(), principal.subject(), endpoint, server, own);
    }
  }

  private String proof(String... of) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (var each : of) {
        var bytes = each.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        mac.update(bytes);
      }
      return ENCODER.encodeToString(Arrays.copyOf(mac.doFinal(), PROOF_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  private void remember(String proof) {
    synchronized (given) {
      given.remove(proof); // so that it counts as the newest
      given.put(proof, Boolean.TRUE);
      if (given.size() > rememberedMax) {
        given.remove(given.keySet().iterator().next());
      }
    }
  }

  private boolean isGiven(String proof) {
    synchronized (given) {
      return given.containsKey(proof);
    }
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "TaskIds[]";
  }
}
