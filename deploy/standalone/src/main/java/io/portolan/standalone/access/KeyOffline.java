package io.portolan.standalone.access;

import io.portolan.gateway.core.edge.RequestHeaders;
import io.portolan.gateway.http.Identity;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.Slice;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.tenancy.auth.key.StoredKeys;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.store.embedded.StoreFiles;
import io.portolan.tenancy.store.embedded.StoreRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Lets the API answer without a server, on the store of a data directory that nobody serves. */
final class KeyOffline {
  private KeyOffline() {}

  /** A request to the API of keys. */
  record Request(String method, String path, @Nullable String body) {}

  static Mapping ask(PortolanConfig config, Schema schema, Request request)
      throws IOException, InterruptedException {
    Files.createDirectories(config.dataDir());
    var folder = config.dataDir().resolve("store");
    if (request.method().equals("GET") && !new StoreFiles(folder).exist()) {
      return KeyClient.understood(200, "{\"keys\":[]}");
    }
    var clock = Clock.systemUTC();
    var random = new SecureRandom();
    var adminKey = AdminKey.of(config.dataDir(), random);
    try (var store = EmbeddedStore.open(folder, schema, clock);
        var keys =
            new StoredKeys(() -> Optional.of(store), clock, StoredKeys.Timing.DEFAULT).start()) {
      var api = new KeyApi(store, keys, adminKey, clock, random);
      var page = api.answer(visit(request, AdminKey.text(config.dataDir())));
      return KeyClient.understood(page.status(), text(page));
    } catch (StoreRefusedException | StoreUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Pages.Visit visit(Request request, String adminKey) {
    var target = KeyApi.KEYS + request.path();
    var question = target.indexOf('?');
    var asked =
        new Identity.Asked(
            target.substring(0, question), target.substring(question + 1), new Bearing(adminKey));
    var body = request.body();
    return new Pages.Visit(request.method(), asked, Slice.utf8(body == null ? "" : body));
  }

  private static String text(Pages.Page page) {
    var parts = new ArrayList<String>();
    for (var part : page.json().parts()) {
      parts.add(
          new String(part.array(), part.from(), part.to() - part.from(), StandardCharsets.UTF_8));
    }
    return String.join("", parts);
  }

  /** Headers that bring the admin key. */
  private record Bearing(String adminKey) implements RequestHeaders {
    @Override
    public @Nullable String first(String name) {
      return name.equals("Authorization") ? "Bearer " + adminKey : null;
    }

    @Override
    public int count(String name) {
      return first(name) == null ? 0 : 1;
    }

    @Override
    public void eachWithPrefix(String lowerCasePrefix, BiConsumer<String, String> action) {}
  }
}
