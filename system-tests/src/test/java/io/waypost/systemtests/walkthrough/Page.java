package io.waypost.systemtests.walkthrough;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * A page of documentation.
 *
 * @param file where it is
 * @param sections what stands between its headings
 */
record Page(Path file, List<Section> sections) {

  /**
   * What stands below one heading.
   *
   * @param heading its text
   * @param terminals the blocks marked {@code console}: one terminal window each
   * @param listings the blocks marked {@code js}
   * @param links where its links lead to and its pictures are, relative ones as they are written
   */
  record Section(
      String heading, List<Terminal> terminals, List<Listing> listings, List<String> links) {
    private Section(String heading) {
      this(heading, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  /**
   * Code that is shown.
   *
   * @param code the lines
   * @param source the link before it, which leads to the file that it is from
   */
  record Listing(String code, String source) {}

  static Page read(Path file) {
    Page page = new Page(file, new ArrayList<>());
    page.sections.add(new Section("(top)"));
    try {
      Parser.builder().build().parse(Files.readString(file)).accept(page.new Collector());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return page;
  }

  /** The file that a relative link leads to, without the place in it. */
  Path target(String link) {
    return file.resolveSibling(link.replaceFirst("#.*", "")).normalize();
  }

  private final class Collector extends AbstractVisitor {
    private Section section = sections.get(0);

    @Override
    public void visit(Heading heading) {
      section = new Section(TextContentRenderer.builder().build().render(heading));
      sections.add(section);
      super.visit(heading);
    }

    @Override
    public void visit(FencedCodeBlock block) {
      if (block.getInfo().equals("console")) {
        section.terminals.add(Terminal.parse(block.getLiteral()));
      } else if (block.getInfo().equals("js")) {
        section.listings.add(
            new Listing(block.getLiteral(), section.links.get(section.links.size() - 1)));
      }
    }

    @Override
    public void visit(Image image) {
      section.links.add(image.getDestination());
      super.visit(image);
    }

    @Override
    public void visit(Link link) {
      section.links.add(link.getDestination());
      super.visit(link);
    }
  }
}
