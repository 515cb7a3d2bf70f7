/**
 * Messages that come in by one protocol and leave by another, with real clients of both. It sees every adapter, and
 * nothing of how they work.
 */
@NullMarked
package io.waypost.systemtests.protocols;

import org.jspecify.annotations.NullMarked;
