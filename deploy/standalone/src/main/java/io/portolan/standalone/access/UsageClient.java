package io.portolan.standalone.access;

import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the usage of a data directory from another process. Blocks; for one thread. */
public final class UsageClient {
  private final ApiClient api;

  public UsageClient(ApiClient api) {
    this.api = api;
  }

  /**
   * What to read.
   *
   * @param from null for a day before {@code to}
   * @param to null for now
   * @param groupBy separated by commas
   */
  public record Asked(
      TenantId tenant, @Nullable Instant from, @Nullable Instant to, String groupBy) {}

  /** All groups, as the management API tells them. */
  public List<Fields> read(Asked asked) throws IOException, InterruptedException {
    var groups = new ArrayList<Fields>();
    var target =
        new StringBuilder(UsageApi.USAGE)
            .append("?limit=1000&tenant=")
            .append(asked.tenant())
            .append("&group-by=")
            .append(URLEncoder.encode(asked.groupBy(), StandardCharsets.UTF_8));
    if (asked.from() != null) {
      target.append("&from=").append(asked.from());
    }
    // All pages are of the same hours, however long reading them takes.
    target.append("&to=").append(asked.to() == null ? Instant.now() : asked.to());
    var after = "";
    do {
      var page = api.get(target + after, "{\"usage\":[]}");
      groups.addAll(page.objects("usage"));
      var next = page.text("next");
      after = next == null ? "" : "&after=" + next;
    } while (!after.isEmpty());
    return groups;
  }
}
