package io.portolan.standalone.registry;

import io.portolan.standalone.access.ApiClient;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Manages the registered servers of a data directory. Blocks; for one thread. */
public final class ServerClient {
  private final ApiClient api;
  private final TenantId tenant;

  public ServerClient(ApiClient api, TenantId tenant) {
    this.api = api;
    this.tenant = tenant;
  }

  /** Whether a registration is kept. */
  public enum Keeping {
    KEPT,
    /** Everything but that: {@code dryRun}. */
    TRIED
  }

  /** Registers a server, or tries to; returns what the API answers. */
  public Fields register(String body, Keeping keeping) throws IOException, InterruptedException {
    var query = keeping == Keeping.TRIED ? "&dryRun=true" : "";
    return api.ask("POST", ServerApi.SERVERS + "?tenant=" + tenant + query, body);
  }

  /** A page of servers; {@code next} names the last one where there may be more. */
  public Fields list(String after) throws IOException, InterruptedException {
    var from = after.isEmpty() ? "" : "&after=" + encoded(after);
    return api.get(ServerApi.SERVERS + "?tenant=" + tenant + from, "{\"servers\":[]}");
  }

  /** All versions of a server. */
  public List<Fields> versions(String name) throws IOException, InterruptedException {
    var at = ServerApi.SERVERS + "/" + encoded(name) + "/versions?tenant=" + tenant;
    return api.get(at, "{\"versions\":[]}").objects("versions");
  }

  /** Takes a server, or one of its versions, out of use. */
  public Fields remove(String name, String version) throws IOException, InterruptedException {
    var only = version.isEmpty() ? "" : "&version=" + encoded(version);
    var at = ServerApi.SERVERS + "/" + encoded(name) + "?tenant=" + tenant + only;
    return api.ask("DELETE", at, null);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
