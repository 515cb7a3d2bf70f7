package io.waypost.store.log;

import io.waypost.store.log.StoreSettings.RecoveryMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What recovery does about damage: it refuses to start, or salvages the rest. On the thread that opens the store. */
final class Damage {
  private static final Logger LOG = LoggerFactory.getLogger(Damage.class);

  private final boolean salvage;

  Damage(RecoveryMode mode) {
    salvage = mode == RecoveryMode.SALVAGE;
  }

  /** Whether everything that is not damaged is to be taken. */
  boolean isSalvaged() {
    return salvage;
  }

  /**
   * Something is damaged.
   *
   * @throws DamagedStoreException unless the rest is to be salvaged
   */
  void found(String what) {
    if (!salvage) {
      throw new DamagedStoreException(what);
    }
    LOG.error("{}; going on with everything else", what);
  }
}
