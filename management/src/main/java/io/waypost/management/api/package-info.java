/**
 * What the HTTP API and the command line say to each other: one record a JSON object, so that the two cannot drift
 * apart. Names of fields are RabbitMQ's. This room knows neither the broker nor HTTP.
 */
@NullMarked
package io.waypost.management.api;

import org.jspecify.annotations.NullMarked;
