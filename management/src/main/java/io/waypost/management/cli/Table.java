package io.waypost.management.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows under headings, aligned; numbers to the right. Lines are cut where they would not fit the screen. */
final class Table {
  private static final String GAP = "  ";

  private final List<String> columns;
  private final List<JsonNode> rows;

  /**
   * A table.
   *
   * @param columns fields of the rows; dots lead into objects
   */
  Table(List<String> columns, List<JsonNode> rows) {
    this.columns = columns;
    this.rows = rows;
  }

  /** The value of a field of a row as text; nothing for what is absent. */
  static String cell(JsonNode row, String column) {
    JsonNode value = row;
    for (String name : column.split("\\.", -1)) {
      value = value.path(name);
    }
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    return text(value).replaceAll("\\p{Cntrl}", " ");
  }

  private static String text(JsonNode value) {
    if (value.isArray()) {
      List<String> elements = new ArrayList<>();
      value.forEach(element -> elements.add(text(element)));
      return String.join(",", elements);
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /** The lines, each cut to the width. */
  List<String> lines(int width) {
    int[] widths = new int[columns.size()];
    boolean[] numbers = new boolean[columns.size()];
    List<List<String>> cells = new ArrayList<>();
    cells.add(columns.stream().map(column -> column.toUpperCase(Locale.ROOT)).toList());
    rows.forEach(
        row -> cells.add(columns.stream().map(column -> cell(row, column)).toList()));
    for (int column = 0; column < widths.length; column++) {
      numbers[column] = true;
      for (int row = 0; row < cells.size(); row++) {
        String text = cells.get(row).get(column);
        widths[column] = Math.max(widths[column], length(text));
        numbers[column] &= row == 0 || text.matches("-?[0-9.]*");
      }
      numbers[column] &= !rows.isEmpty();
    }
    return cells.stream().map(row -> cut(line(row, widths, numbers), width)).toList();
  }

  private static String line(List<String> row, int[] widths, boolean[] numbers) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String text = row.get(column);
      String padding = " ".repeat(widths[column] - length(text));
      line.append(column == 0 ? "" : GAP).append(numbers[column] ? padding + text : text + padding);
    }
    return line.toString().stripTrailing();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String line, int width) {
    return length(line) <= width
        ? line
        : line.substring(0, line.offsetByCodePoints(0, Math.max(0, width - 1))) + "…";
  }
}
