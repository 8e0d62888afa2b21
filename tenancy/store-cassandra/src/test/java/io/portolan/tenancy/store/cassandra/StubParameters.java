package io.portolan.tenancy.store.cassandra;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.ColumnSpec;
import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.RawType;
import com.datastax.oss.protocol.internal.response.result.RowsMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a stub says of a statement that it prepares: as a real node, the types of its parameters.
 * The statement's text is its id.
 */
final class StubParameters {
  private static final Map<String, Integer> TYPES =
      Map.ofEntries(
          Map.entry("tenant_id", DataType.VARCHAR),
          Map.entry("topic", DataType.VARCHAR),
          Map.entry("day", DataType.INT),
          Map.entry("name", DataType.VARCHAR),
          Map.entry("value", DataType.BIGINT),
          Map.entry("run_id", DataType.UUID),
          Map.entry("seq", DataType.BIGINT),
          Map.entry("event_id", DataType.UUID),
          Map.entry("type", DataType.VARCHAR),
          Map.entry("data", DataType.BLOB),
          Map.entry("head_seq", DataType.BIGINT),
          Map.entry("epoch", DataType.BIGINT),
          Map.entry("owner", DataType.VARCHAR),
          Map.entry("batch_id", DataType.UUID),
          Map.entry("last_batch_id", DataType.UUID));

  private static final Pattern COMPARED = Pattern.compile("(\\w+)\"? = \\?");
  private static final Pattern INSERTED = Pattern.compile("INSERT INTO \\S+ \\(([^)]*)\\)");

  private StubParameters() {}

  static Prepared prepared(String cql) {
    var specs = new ArrayList<ColumnSpec>();
    for (var name : names(cql)) {
      var type = TYPES.get(name);
      if (type == null) {
        throw new IllegalArgumentException("no type for " + name + " in " + cql);
      }
      specs.add(
          new ColumnSpec("portolan", "table", name, specs.size(), RawType.PRIMITIVES.get(type)));
    }
    var id = cql.getBytes(StandardCharsets.UTF_8);
    return new Prepared(
        id,
        id,
        new RowsMetadata(specs, null, new int[0], null),
        new RowsMetadata(List.of(), null, new int[0], null));
  }

  private static List<String> names(String cql) {
    var inserted = INSERTED.matcher(cql);
    if (inserted.find()) {
      return List.of(inserted.group(1).replace("\"", "").split(", "));
    }
    return COMPARED.matcher(cql).results().map(match -> match.group(1)).toList();
  }
}
