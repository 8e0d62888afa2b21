package io.portolan.tenancy.store;

/** How the rows of a partition lie: by their clustering key, column by column. */
public enum Order {
  ASCENDING,
  DESCENDING
}
