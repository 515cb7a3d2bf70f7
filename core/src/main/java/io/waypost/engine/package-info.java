/**
 * Binds the rooms together: virtual hosts with their exchanges and queues, sessions, alarms. This room knows no
 * protocol and no socket; adapters see it only through {@link io.waypost.broker}.
 */
@NullMarked
package io.waypost.engine;

import org.jspecify.annotations.NullMarked;
