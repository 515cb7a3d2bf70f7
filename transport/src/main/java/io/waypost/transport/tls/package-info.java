/**
 * Encryption: keys and certificates from files, renewed while the broker runs, and what a channel tells of whoever is on
 * its other side. This room knows Netty's and Java's TLS; it must not know any protocol, nor where settings come from.
 */
@NullMarked
package io.waypost.transport.tls;

import org.jspecify.annotations.NullMarked;
