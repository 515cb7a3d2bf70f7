package io.waypost.ws;

import io.waypost.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which protocol a WebSocket carries.
 *
 * @param endpoints those that a path leads to
 * @param otherwise the one of a client that offers no subprotocol; null if it has to
 */
record Subprotocols(List<Endpoint> endpoints, @Nullable Endpoint otherwise) {
  /**
   * What was chosen.
   *
   * @param endpoint the protocol
   * @param answer the subprotocol as the client wrote it; null when it offered none
   */
  record Choice(Endpoint endpoint, @Nullable String answer) {}

  /**
   * The first subprotocol of the client's list that is known here.
   *
   * @param headers the values of {@code Sec-WebSocket-Protocol}
   */
  Optional<Choice> choose(List<String> headers) {
    List<String> offered = new ArrayList<>();
    for (String header : headers) {
      for (String token : header.split(",", -1)) {
        if (!token.isBlank()) {
          offered.add(token.strip());
        }
      }
    }
    if (offered.isEmpty()) {
      return otherwise == null ? Optional.empty() : Optional.of(new Choice(otherwise, null));
    }
    for (String token : offered) {
      for (Endpoint endpoint : endpoints) {
        if (endpoint.protocol().webSocketSubprotocols().contains(token.toLowerCase(Locale.ROOT))) {
          return Optional.of(new Choice(endpoint, token));
        }
      }
    }
    return Optional.empty();
  }
}
