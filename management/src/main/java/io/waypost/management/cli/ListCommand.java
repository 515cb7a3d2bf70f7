package io.waypost.management.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waypost list}. */
@Command(name = "list", description = "Lists queues, exchanges, bindings, connections, users ...")
final class ListCommand implements Runnable {
  private final Terminal terminal;
  private final Target target;

  @Parameters(index = "0", paramLabel = "WHAT", description = "${COMPLETION-CANDIDATES}")
  private Listing what = Listing.QUEUES;

  @Parameters(
      index = "1..*",
      paramLabel = "COLUMN",
      description = "The fields to show, by their names in the API; dots lead into objects")
  private List<String> columns = new ArrayList<>();

  @Option(
      names = "--filter",
      paramLabel = "TEXT",
      description = "Only rows in which a column contains the text, letter case ignored")
  private @Nullable String filter;

  @Option(names = "--sort", paramLabel = "COLUMN", description = "Sort by a field")
  private @Nullable String sort;

  @Option(names = "--reverse", description = "Sort from high to low")
  private boolean reverse;

  @Option(names = "--json", description = "JSON for scripts: all fields unless columns are named")
  private boolean json;

  ListCommand(Terminal terminal, Target target) {
    this.terminal = terminal;
    this.target = target;
  }

  @Override
  public void run() {
    List<String> shown = columns.isEmpty() && !json ? what.columns() : columns;
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode row : target.client().get(what.path(target.chosenVhost()) + query(shown))) {
      if (matches(row, shown)) {
        rows.add(row);
      }
    }
    if (json) {
      terminal.println(rows.toString());
    } else {
      new Table(shown, rows).lines(terminal.width()).forEach(terminal::println);
    }
  }

  private String query(List<String> shown) {
    List<String> parts = new ArrayList<>();
    if (!shown.isEmpty()) {
      parts.add("columns=" + ApiClient.encode(String.join(",", shown)));
    }
    if (sort != null) {
      parts.add("sort=" + ApiClient.encode(sort));
    }
    if (reverse) {
      parts.add("sort_reverse=true");
    }
    return parts.isEmpty() ? "" : "?" + String.join("&", parts);
  }

  private boolean matches(JsonNode row, List<String> shown) {
    if (filter == null) {
      return true;
    }
    String part = filter.toLowerCase(Locale.ROOT);
    List<String> searched = new ArrayList<>(shown);
    if (searched.isEmpty()) {
      row.fieldNames().forEachRemaining(searched::add);
    }
    return searched.stream()
        .anyMatch(column -> Table.cell(row, column).toLowerCase(Locale.ROOT).contains(part));
  }
}
