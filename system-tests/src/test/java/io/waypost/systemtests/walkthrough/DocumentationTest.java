package io.waypost.systemtests.walkthrough;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.walkthrough.Page.Listing;
import io.waypost.systemtests.walkthrough.Page.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages show and where they lead to is there. */
class DocumentationTest {
  static Stream<Path> pages() throws IOException {
    return Documentation.pages();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkToAFileLeadsToOne(Path path) {
    Page page = Page.read(path);
    assertThat(page.sections().stream()
            .flatMap(section -> section.links().stream())
            .filter(link -> !link.matches("(https?:|#).*")))
        .allSatisfy(link -> assertThat(page.target(link)).exists());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyListingIsPartOfTheFileThatIsLinkedBeforeIt(Path path) throws IOException {
    Page page = Page.read(path);
    for (Section section : page.sections()) {
      for (Listing listing : section.listings()) {
        assertThat(Files.readString(page.target(listing.source()))).contains(listing.code());
      }
    }
  }
}
