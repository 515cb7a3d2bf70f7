/**
 * Selectors: which messages a subscription wants, in the subset of SQL-92 that JMS made known. This room knows messages
 * and nothing else.
 */
@NullMarked
package io.waypost.stomp.selector;

import org.jspecify.annotations.NullMarked;
