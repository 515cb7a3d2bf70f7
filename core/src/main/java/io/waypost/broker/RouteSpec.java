package io.waypost.broker;

import io.waypost.message.Headers;

/**
 * A rule that has messages go elsewhere than where they were published.
 *
 * @param name its name, unique in the virtual host
 * @param definition what was written: {@code match}, {@code to}, {@code copy}, {@code headers}, {@code persistent},
 *     {@code expiry}; tables are {@link Headers}
 */
public record RouteSpec(String name, Headers definition) {}
