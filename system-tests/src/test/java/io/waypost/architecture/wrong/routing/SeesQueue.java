package io.waypost.architecture.wrong.routing;

import io.waypost.architecture.wrong.queue.Innocent;

/** A wrong arrow between siblings. */
record SeesQueue(Innocent queue) {}
