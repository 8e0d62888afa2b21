package io.portolan.gateway.http.access;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.tenancy.CallContext;
import org.jspecify.annotations.Nullable;

/**
 * One request as the access log tells it. It has no room for arguments, results or tokens.
 *
 * @param http the HTTP method
 * @param context who called; null where the request was refused before that was known
 * @param call what the core tells of it
 * @param status the HTTP status of the reply
 * @param nanos how long it took
 * @param bytesIn size of the request's body
 * @param bytesOut size of the reply's body
 */
public record AccessEntry(
    String http,
    @Nullable CallContext context,
    CallRecord call,
    int status,
    long nanos,
    long bytesIn,
    long bytesOut) {}
