package io.waypost.architecture.wrong.management;

import io.waypost.architecture.wrong.transport.Innocent;

/** The HTTP interface has nothing to do with the protocols' sockets. */
record SeesTransport(Innocent transport) {}
