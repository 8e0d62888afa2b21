/**
 * Makes tools of the operations of a document: names, schemas in JSON Schema 2020-12, and how each
 * argument is sent. A pure function. Start at {@link
 * io.portolan.gateway.openapi.convert.Converter}; schemas are in {@code SchemaBook}.
 */
@NullMarked
package io.portolan.gateway.openapi.convert;

import org.jspecify.annotations.NullMarked;
