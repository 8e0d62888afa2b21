/**
 * Sends webhooks, and finds out what they are to be told that nobody tells. Knows no store. Start
 * at {@link io.portolan.standalone.webhook.WebhookSender}.
 */
@NullMarked
package io.portolan.standalone.webhook;

import org.jspecify.annotations.NullMarked;
