/**
 * The vault of a gateway: its key-encryption keys, the secrets of server definitions, the API and
 * the command for secrets. Start at {@link io.portolan.standalone.secrets.ServerSecrets}.
 */
@NullMarked
package io.portolan.standalone.secrets;

import org.jspecify.annotations.NullMarked;
