package io.portolan.standalone.registry;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.access.ApiClient;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    KEPT(""),
    /** It is, and all that nothing speaks against is approved of. */
    APPROVED("&approve=true"),
    /** Everything but that. */
    TRIED("&dryRun=true");

    private final String query;

    Keeping(String query) {
      this.query = query;
    }
  }

  /** Registers a server, or tries to; returns what the API answers. */
  public Fields register(String body, Keeping keeping) throws IOException, InterruptedException {
    return api.ask("POST", ServerApi.SERVERS + "?tenant=" + tenant + keeping.query, body);
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

  /** What is in force of a server, and what waits. */
  public List<Fields> pins(String name) throws IOException, InterruptedException {
    return api.get(pinsOf(name), "{\"pins\":[]}").objects("pins");
  }

  /** Approves of pins as they were listed, some at a time; returns what the API answers. */
  public List<Fields> approve(String name, List<Fields> looked)
      throws IOException, InterruptedException {
    var done = new ArrayList<Fields>();
    for (int i = 0; i < looked.size(); i += PinApi.APPROVED_AT_ONCE_MAX) {
      var json = new JsonWriter().beginObject().name("pins").beginArray();
      for (var pin : looked.subList(i, Math.min(looked.size(), i + PinApi.APPROVED_AT_ONCE_MAX))) {
        json.beginObject()
            .member("kind", pin.required("kind"))
            .member("name", pin.required("name"))
            .member("sha256", pin.required("sha256"))
            .endObject();
      }
      var body = json.endArray().endObject().toSlice().text();
      done.addAll(api.ask("POST", pinsOf(name), body).objects("pins"));
    }
    return done;
  }

  private String pinsOf(String name) {
    return ServerApi.SERVERS + "/" + encoded(name) + "/pins?tenant=" + tenant;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
