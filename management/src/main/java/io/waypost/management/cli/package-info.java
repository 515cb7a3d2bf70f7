/**
 * The command line, a client of the HTTP API and nothing else: it talks to a broker on this machine or another in the
 * records of the API. It must not know the broker's own interfaces, and starts fast because it loads little.
 */
@NullMarked
package io.waypost.management.cli;

import org.jspecify.annotations.NullMarked;
