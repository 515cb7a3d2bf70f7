package io.waypost.management.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Paths cut at their slashes, and names as segments of them (RFC 3986, section 3.3). */
final class PathSegments {
  private PathSegments() {}

  /** The segments, still encoded; slashes at the end do not count. */
  static List<String> split(String path) {
    return List.of(path.replaceAll("^/|/+$", "").split("/", -1));
  }

  static String decode(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("the path is not percent-encoded as it should be");
    }
  }

  static String encode(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
