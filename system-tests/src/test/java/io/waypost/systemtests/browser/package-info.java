/**
 * What pages in a real browser find: the example of the photo filters as its users run it, and the JavaScript clients of
 * STOMP and MQTT through WebSockets. Drives Chromium; must not know the broker's classes.
 */
@NullMarked
package io.waypost.systemtests.browser;

import org.jspecify.annotations.NullMarked;
