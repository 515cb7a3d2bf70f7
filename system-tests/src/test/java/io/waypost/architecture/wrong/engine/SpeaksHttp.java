package io.waypost.architecture.wrong.engine;

import io.undertow.server.HttpHandler;

/** Undertow in core. */
record SpeaksHttp(HttpHandler handler) {}
