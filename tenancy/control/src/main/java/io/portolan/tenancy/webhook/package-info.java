/**
 * What is told to others over HTTP: who wants to hear what of a tenant, and what still has to be
 * told. Knows no HTTP; whoever sends asks here. Start at {@link
 * io.portolan.tenancy.webhook.Webhooks}.
 */
@NullMarked
package io.portolan.tenancy.webhook;

import org.jspecify.annotations.NullMarked;
