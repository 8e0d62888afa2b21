/**
 * Reads OpenAPI documents into trees, within limits, and follows references in them. Start at
 * {@link io.portolan.gateway.openapi.document.ApiDocument}.
 */
@NullMarked
package io.portolan.gateway.openapi.document;

import org.jspecify.annotations.NullMarked;
