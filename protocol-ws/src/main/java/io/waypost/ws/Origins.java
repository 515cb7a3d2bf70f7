package io.waypost.ws;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may connect: those that came from the address that they connect to, and those that are configured. A
 * client that names no origin is no page in a browser.
 *
 * @param allowed what is configured; {@code *} for all
 */
record Origins(List<String> allowed) {
  /**
   * Whether it may connect.
   *
   * @param origin the header of that name
   * @param host the host that was asked for, with the port unless it is the scheme's own
   */
  boolean admit(@Nullable String origin, @Nullable String host) {
    if (origin == null || allowed.contains("*")) {
      return true;
    }
    String normal = normal(origin);
    return allowed.stream().anyMatch(each -> normal(each).equals(normal))
        || (host != null
            && (normal.equals(normal("http://" + host))
                || normal.equals(normal("https://" + host))));
  }

  /** In lower case, without the port that the scheme stands for; what is no origin stays as it is. */
  private static String normal(String origin) {
    try {
      URI uri = new URI(origin.toLowerCase(Locale.ROOT));
      if (uri.getHost() == null || uri.getScheme() == null) {
        return origin;
      }
      boolean own = (uri.getPort() == 80 && uri.getScheme().equals("http"))
          || (uri.getPort() == 443 && uri.getScheme().equals("https"));
      String port = uri.getPort() < 0 || own ? "" : ":" + uri.getPort();
      return uri.getScheme() + "://" + uri.getHost() + port;
    } catch (URISyntaxException e) {
      return origin;
    }
  }
}
