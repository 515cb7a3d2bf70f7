/**
 * Topics written with slashes, as MQTT writes them, and the routing keys that stand for them. Every door that offers such
 * topics, and every rule of an operator that speaks of them, translates here. This room knows nothing else.
 */
@NullMarked
package io.waypost.topic;

import org.jspecify.annotations.NullMarked;
