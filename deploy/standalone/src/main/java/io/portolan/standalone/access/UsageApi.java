package io.portolan.standalone.access;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.OWNER;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Query;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.usage.Dimension;
import io.portolan.tenancy.usage.StoredUsage;
import io.portolan.tenancy.usage.Totals;
import io.portolan.tenancy.usage.UsageQuery;
import io.portolan.tenancy.usage.UsageReport;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/usage}: what a tenant used, by the hour. Counts of this gateway are up to the
 * moment, those of others a second old. Thread-safe; blocks on the store.
 */
final class UsageApi {
  static final String USAGE = "/api/v1/usage";
  private static final Query.Bounds PAGE = new Query.Bounds(1, UsageQuery.PAGE_MAX, 100);
  private static final Duration USUAL = Duration.ofDays(1);
  private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(2);
  private static final Slice NULL = Slice.utf8("null");

  private final Store store;
  private final StoredUsage ledger;
  private final Clock clock;

  UsageApi(Store store, StoredUsage ledger, Clock clock) {
    this.store = store;
    this.ledger = ledger;
    this.clock = clock;
  }

  List<Endpoint> endpoints() {
    return List.of(Endpoint.get(USAGE, Who.member(OWNER, ADMIN, AUDITOR), this::usage));
  }

  private Answer usage(ApiRequest request) throws InterruptedException {
    var query = query(request.query());
    // What cannot be written now is missing from the report, and in the next one.
    var _ = ledger.written(request.deadline().orIn(WRITTEN_WITHIN));
    return switch (UsageReport.read(store, request.tenant(), query, request.deadline())) {
      case UsageReport.TooMany() ->
          Answer.error(
              400,
              "The report has more than "
                  + UsageReport.GROUPS_MAX
                  + " groups; ask for fewer hours or group-by");
      case UsageReport.Page page -> Answer.ok(json -> write(json, query, page));
    };
  }

  private UsageQuery query(Query sent) {
    var to = instant(sent, "to", clock.instant());
    var from = instant(sent, "from", to.minus(USUAL));
    return new UsageQuery(
        from,
        to,
        groupBy(sent.text("group-by")),
        after(sent.text("after")),
        sent.number("limit", PAGE));
  }

  private static Instant instant(Query sent, String name, Instant otherwise) {
    var text = sent.text(name);
    try {
      return text == null ? otherwise : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          name + " is '" + text + "'; expected an instant such as 2027-01-31T00:00:00Z", e);
    }
  }

  private static List<Dimension> groupBy(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return List.of();
    }
    var groupBy = new ArrayList<Dimension>();
    for (var label : text.split(",", Dimension.values().length + 1)) {
      groupBy.add(
          Dimension.of(label)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "group-by names '" + label + "'; expected some of " + dimensions())));
    }
    return groupBy;
  }

  private static String dimensions() {
    return Stream.of(Dimension.values()).map(Dimension::label).collect(Collectors.joining(", "));
  }

  private static @Nullable List<String> after(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return Stream.of(text.split("\\.", -1))
          .map(part -> new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8))
          .toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("after is none that was given out as next", e);
    }
  }

  private static String cursor(List<String> values) {
    return values.stream()
        .map(
            value ->
                Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(value.getBytes(StandardCharsets.UTF_8)))
        .collect(Collectors.joining("."));
  }

  private static void write(JsonWriter json, UsageQuery query, UsageReport.Page page) {
    json.member("from", query.from().toString())
        .member("to", query.until().toString())
        .name("usage")
        .beginArray();
    for (var group : page.groups()) {
      json.beginObject();
      for (int i = 0; i < query.groupBy().size(); i++) {
        var value = group.values().get(i);
        var label = query.groupBy().get(i).label();
        if (value.isEmpty()) {
          json.member(label, NULL);
        } else {
          json.member(label, value);
        }
      }
      write(json, group.totals());
      json.endObject();
    }
    json.endArray();
    var next = page.next();
    if (next != null) {
      json.member("next", cursor(next));
    }
  }

  private static void write(JsonWriter json, Totals totals) {
    json.member("calls", totals.calls())
        .member("ok", totals.ok())
        .member("toolErrors", totals.toolErrors())
        .member("refused", totals.refused())
        .member("failed", totals.failed())
        .member("bytesIn", totals.bytesIn())
        .member("bytesOut", totals.bytesOut())
        .member("seconds", millionths(totals.latencyMicros()))
        .member("tokens", totals.tokens())
        .member("money", millionths(totals.microMoney()));
  }

  private static Slice millionths(long amount) {
    return Slice.utf8(BigDecimal.valueOf(amount, 6).toPlainString());
  }
}
