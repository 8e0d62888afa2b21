package io.portolan.gateway.core.admission;

import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.tenancy.access.Permission;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list as some callers see it. Immutable.
 *
 * @param shown the items that exist for them, in the order of the whole list
 * @param permissions what they may do with each, by its key in the list
 */
public record AdmittedList(Listing shown, Map<String, Permission> permissions) {
  public AdmittedList {
    permissions = Map.copyOf(permissions);
  }

  /** What they may do with an item; null when it does not exist for them. */
  public @Nullable Permission permission(String key) {
    return permissions.get(key);
  }
}
