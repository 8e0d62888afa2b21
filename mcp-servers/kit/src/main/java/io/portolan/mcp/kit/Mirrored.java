package io.portolan.mcp.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An argument that modern clients repeat in the header {@code Mcp-Param-<value>}, so that
 * intermediaries can route on it. Only for strings, integers and booleans.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Mirrored {
  /** The rest of the header's name. */
  String value();
}
