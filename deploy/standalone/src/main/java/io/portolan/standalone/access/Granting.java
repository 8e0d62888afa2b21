package io.portolan.standalone.access;

import io.portolan.standalone.api.Sender;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.TenantRole;
import io.portolan.tenancy.auth.key.KeyGrant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a sender may give to others: nobody gives more than they have. Owners give every role;
 * others the standard ones but {@code owner}, and those they have themselves. Stateless.
 */
final class Granting {
  private static final Set<String> BELOW_OWNER =
      Stream.of(TenantRole.values())
          .filter(role -> role != TenantRole.OWNER)
          .map(TenantRole::label)
          .collect(Collectors.toUnmodifiableSet());

  private Granting() {}

  /** What is too much of a key, in words for the sender; empty when nothing is. */
  static Optional<String> excess(Sender sender, KeyGrant grant) {
    return switch (sender) {
      case Sender.Administrator() -> Optional.empty();
      case Sender.Member(var caller) ->
          excessRoles(caller, grant.roles()).or(() -> excessScopes(caller, grant));
    };
  }

  /** What is too much of roles. */
  static Optional<String> excessRoles(Sender sender, Set<String> roles) {
    return switch (sender) {
      case Sender.Administrator() -> Optional.empty();
      case Sender.Member(var caller) -> excessRoles(caller, roles);
    };
  }

  private static Optional<String> excessRoles(Caller caller, Set<String> roles) {
    if (caller.roles().contains(TenantRole.OWNER.label())) {
      return Optional.empty();
    }
    return roles.stream()
        .filter(role -> !BELOW_OWNER.contains(role) && !caller.roles().contains(role))
        .sorted()
        .findFirst()
        .map(role -> "Only an owner, or who has it, can give the role '" + role + "'");
  }

  private static Optional<String> excessScopes(Caller caller, KeyGrant grant) {
    var mine = caller.scopes();
    return mine.isEmpty() || (!grant.scopes().isEmpty() && mine.containsAll(grant.scopes()))
        ? Optional.empty()
        : Optional.of("The key's scopes must be among those of the request's own proof");
  }
}
