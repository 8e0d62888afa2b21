package io.portolan.standalone.secrets;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.OWNER;

import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultSealedException;
import java.io.IOException;
import java.util.List;

/**
 * {@code /api/v1/secrets}: sets, lists and deletes the secrets of a tenant, and {@code
 * /api/v1/secrets-key}: rotates the key of the vault. Nothing reads a value. Thread-safe; blocks on
 * the store.
 */
public final class SecretApi {
  static final String SECRETS = "/api/v1/secrets";
  static final String ROTATE = "/api/v1/secrets-key/rotate";
  private static final Answer UNKNOWN = Answer.notFound("The tenant has no such secret");

  private final Vault vault;
  private final VaultKeys keys;
  private final Runnable changed;

  /**
   * @param changed told after each change
   */
  public SecretApi(Vault vault, VaultKeys keys, Runnable changed) {
    this.vault = vault;
    this.keys = keys;
    this.changed = changed;
  }

  /** What can be asked for. */
  public List<Endpoint> endpoints() {
    var managers = Who.member(OWNER, ADMIN);
    return List.of(
        Endpoint.get(SECRETS, Who.member(OWNER, ADMIN, AUDITOR), this::list),
        Endpoint.put(SECRETS + "/{name}", managers, this::set),
        Endpoint.delete(SECRETS + "/{name}", managers, this::delete),
        Endpoint.ofPlatform("POST", ROTATE, this::rotate));
  }

  private Answer list(ApiRequest request) throws InterruptedException {
    var entries = vault.list(request.tenant(), request.deadline());
    return Answer.ok(
        json -> {
          json.name("secrets").beginArray();
          for (var entry : entries) {
            if (!Vault.isReserved(entry.name())) {
              json.beginObject()
                  .member("name", entry.name())
                  .member("version", entry.version())
                  .member("setAt", entry.setAt().toString())
                  .endObject();
            }
          }
          json.endArray();
        });
  }

  private Answer set(ApiRequest request) throws InterruptedException {
    var name = named(request);
    var value = request.json().only("value").required("value");
    var version = vault.set(request.tenant(), name, value, request.deadline());
    changed.run();
    return Answer.ok(json -> json.member("name", name).member("version", version));
  }

  private Answer delete(ApiRequest request) throws InterruptedException {
    var name = request.path("name");
    if (Vault.isReserved(name) || !vault.delete(request.tenant(), name, request.deadline())) {
      return UNKNOWN;
    }
    changed.run();
    return Answer.ok(json -> json.member("deleted", true));
  }

  private static String named(ApiRequest request) {
    var name = request.path("name");
    if (!Vault.isName(name) || Vault.isReserved(name)) {
      throw new IllegalArgumentException(
          "a secret's name has 1 to 128 of A-Z a-z 0-9 _ . - and does not begin with "
              + Vault.RESERVED);
    }
    return name;
  }

  private Answer rotate(ApiRequest request) throws InterruptedException {
    try {
      keys.renew();
      var done = vault.rewrapAll(request.deadline());
      return Answer.ok(
          json ->
              json.member("key", done.by())
                  .member("rewrapped", done.wrapped())
                  .member("unchanged", done.current()));
    } catch (IOException e) {
      return Answer.error(409, "The key cannot be rotated: " + e.getMessage());
    } catch (VaultSealedException e) {
      return Answer.error(409, String.valueOf(e.getMessage()));
    }
  }
}
