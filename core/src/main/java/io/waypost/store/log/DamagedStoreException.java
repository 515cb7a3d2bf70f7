package io.waypost.store.log;

/** The files are not what was written. The message names file and offset, for the operator. */
public final class DamagedStoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Damage, described. */
  public DamagedStoreException(String message) {
    super(message);
  }
}
