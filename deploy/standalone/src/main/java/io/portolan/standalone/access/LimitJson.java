package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.quota.QuotaRule.Measure;
import io.portolan.tenancy.quota.QuotaRule.Scope;
import io.portolan.tenancy.quota.QuotaRule.Unit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A tenant's quotas as JSON. Stateless. */
final class LimitJson {
  private static final int MONEY_DIGITS = 6;

  private LimitJson() {}

  static List<QuotaRule> quotas(Fields body) {
    var quotas = new ArrayList<QuotaRule>();
    for (var object : body.objects("quotas")) {
      quotas.add(quota(object.only("scope", "name", "limit", "amount")));
    }
    return quotas;
  }

  private static QuotaRule quota(Fields object) {
    var scope = one("scope", object.required("scope"), Scope.values(), Scope::label);
    var measure = one("limit", object.required("limit"), Measure.values(), Measure::label);
    var name = Objects.requireNonNullElse(object.text("name"), QuotaRule.EACH);
    var amount = object.decimal("amount");
    if (amount == null) {
      throw new IllegalArgumentException("amount is missing; expected a number");
    }
    return new QuotaRule(scope, name, measure, units(measure, amount));
  }

  private static <E> E one(String member, String text, E[] all, Function<E, String> label) {
    for (var each : all) {
      if (label.apply(each).equals(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        member
            + " is '"
            + text
            + "'; expected one of "
            + Stream.of(all).map(label).collect(Collectors.joining(", ")));
  }

  private static long units(Measure measure, BigDecimal amount) {
    var digits = measure.unit() == Unit.MICRO_MONEY ? MONEY_DIGITS : 0;
    try {
      return amount.movePointRight(digits).setScale(0, RoundingMode.UNNECESSARY).longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "amount of "
              + measure.label()
              + " is "
              + amount
              + "; expected "
              + (digits == 0 ? "a whole number" : "at most " + digits + " digits behind the point"),
          e);
    }
  }

  static void write(JsonWriter json, List<QuotaRule> quotas) {
    json.name("quotas").beginArray();
    for (var quota : quotas) {
      json.beginObject()
          .member("scope", quota.scope().label())
          .member("name", quota.name())
          .member("limit", quota.measure().label())
          .member("amount", Slice.utf8(quota.shown().toPlainString()))
          .endObject();
    }
    json.endArray();
  }
}
