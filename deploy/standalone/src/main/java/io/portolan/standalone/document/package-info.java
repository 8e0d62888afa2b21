/**
 * JSON and YAML files as trees in which every value knows its line and column, so that a mistake
 * can be shown where it stands. Knows nothing of servers or settings. Start at {@link
 * io.portolan.standalone.document.Value}; {@link io.portolan.standalone.document.JsonDocument} and
 * {@link io.portolan.standalone.document.YamlDocument} make the trees.
 */
@NullMarked
package io.portolan.standalone.document;

import org.jspecify.annotations.NullMarked;
