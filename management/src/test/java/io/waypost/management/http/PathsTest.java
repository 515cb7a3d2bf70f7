package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.management.http.Router.Match;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PathsTest {
  private final Endpoint endpoint = request -> Reply.noContent();

  @Test
  void aSegmentInBracesStandsForAnyOneSegment() {
    Router router = new Router().on("GET", "/api/queues/{vhost}/{queue}", endpoint);

    Match match = router.match("/api/queues/%2F/a%20b%2Fc");

    assertThat(match.segments()).containsExactly("/", "a b/c");
    assertThat(match.byMethod())
        .hasEntrySatisfying(
            "GET", route -> assertThat(route.names()).containsExactly("vhost", "queue"));
    assertThat(router.match("/api/queues/%2F").byMethod()).isEmpty();
    assertThat(router.match("/api/queues/%2F/a/b").byMethod()).isEmpty();
    assertThat(router.match("/").byMethod()).isEmpty();
  }

  @Test
  void aFixedSegmentWinsOverOneInBraces() {
    Router router = new Router()
        .on("GET", "/api/users/{user}", endpoint)
        .on("GET", "/api/users/without-permissions", endpoint);

    assertThat(router.match("/api/users/without-permissions").segments()).isEmpty();
    assertThat(router.match("/api/users/without").segments()).containsExactly("without");
  }

  @Test
  void aSlashAtTheEndDoesNotCount() {
    Router router = new Router().on("GET", "/api/queues", endpoint);

    assertThat(router.match("/api/queues/").byMethod()).containsOnlyKeys("GET");
  }

  @Test
  void twoEndpointsForOnePathAreAMistakeOfOurs() {
    Router router = new Router().on("GET", "/api/queues/{vhost}", endpoint);

    assertThatThrownBy(() -> router.on("GET", "/api/queues/{other}", endpoint))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesSurviveTheWayThroughAPath() {
    for (String name : List.of("a b", "a+b", "a/b", "%41", "ü", "~", "a&b=c?d#e")) {
      assertThat(PathSegments.decode(PathSegments.encode(name))).isEqualTo(name);
    }
  }

  @Test
  void aPathThatCannotBeDecodedIsABadRequest() {
    assertThatThrownBy(() -> PathSegments.decode("%zz"))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }

  @Test
  void theMethodsOfAPathAreKnown() {
    Router router = new Router()
        .on("GET", "/api/vhosts/{vhost}", endpoint)
        .on("PUT", "/api/vhosts/{vhost}", endpoint);

    Map<String, Router.Route> methods = router.match("/api/vhosts/a").byMethod();

    assertThat(methods).containsOnlyKeys("GET", "PUT");
  }
}
