package io.portolan.gateway.core.relay;

/**
 * What stands between a request that is routed and its server.
 *
 * @param approving asks for approvals
 * @param intents records what is grave
 */
record Gates(Approving approving, Intents intents) {}
