package io.portolan.gateway.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Header fields of a request that a test makes up. */
final class TestHeaders implements HeaderSource {
  private final List<HeaderField> fields = new ArrayList<>();

  static TestHeaders of(String... namesAndValues) {
    var headers = new TestHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.with(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  TestHeaders with(String name, String value) {
    fields.add(new HeaderField(name, value));
    return this;
  }

  TestHeaders with(List<HeaderField> more) {
    fields.addAll(more);
    return this;
  }

  TestHeaders without(String name) {
    fields.removeIf(field -> field.name().equalsIgnoreCase(name));
    return this;
  }

  @Override
  public @Nullable String first(String name) {
    for (var field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        return field.value();
      }
    }
    return null;
  }

  @Override
  public int count(String name) {
    return (int) fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).count();
  }
}
