package io.portolan.gateway.core.edge;

import io.portolan.gateway.protocol.HeaderSource;
import java.util.function.BiConsumer;

/** The headers of one request. Names are matched without regard to case. */
public interface RequestHeaders extends HeaderSource {
  /** Calls back with the name (lower case) and first value of each header with a name prefix. */
  void eachWithPrefix(String lowerCasePrefix, BiConsumer<String, String> action);
}
