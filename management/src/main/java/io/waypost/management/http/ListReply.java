package io.waypost.management.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waypost.management.api.Json;
import io.waypost.management.api.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Answers with a list as the query asks: {@code sort} by a field (dots lead into objects) and {@code sort_reverse};
 * {@code page} (from 1) of {@code page_size} (100, at most 500) entries, of those only whose name contains {@code name}
 * or, with {@code use_regex=true}, matches it, letter case ignored; {@code columns} as a list of fields.
 */
final class ListReply {
  private static final int PAGE_SIZE = 100;
  private static final int LARGEST_PAGE = 500;

  private ListReply() {}

  static Reply of(Request request, List<?> entries) {
    String page = request.query("page");
    String sort = request.query("sort");
    String columns = request.query("columns");
    if (page == null && sort == null && columns == null) {
      return Reply.ok(entries);
    }
    List<JsonNode> rows = new ArrayList<>(entries.size());
    entries.forEach(entry -> rows.add(Json.MAPPER.valueToTree(entry)));
    if (sort != null && !sort.isEmpty()) {
      Comparator<JsonNode> order =
          Comparator.comparing(row -> field(row, sort), ListReply::compare);
      rows.sort(request.flag("sort_reverse") ? order.reversed() : order);
    }
    if (page == null) {
      return Reply.ok(narrow(rows, columns));
    }
    return Reply.ok(page(request, rows, positive("page", page), columns));
  }

  private static Page<JsonNode> page(
      Request request, List<JsonNode> rows, int number, @Nullable String columns) {
    String wanted = request.query("page_size");
    int size = wanted == null ? PAGE_SIZE : positive("page_size", wanted);
    if (size > LARGEST_PAGE) {
      throw Refusal.badRequest("page_size is at most " + LARGEST_PAGE);
    }
    List<JsonNode> matching = rows.stream().filter(named(request)).toList();
    int pages = (matching.size() + size - 1) / size;
    if (number > Math.max(pages, 1)) {
      throw new Refusal(
          400,
          "page_out_of_range",
          "there is no page " + number + ", only " + pages + " of " + size);
    }
    int from = (number - 1) * size;
    List<JsonNode> items = matching.subList(from, Math.min(from + size, matching.size()));
    return new Page<>(
        rows.size(), matching.size(), items.size(), number, size, pages, narrow(items, columns));
  }

  private static Predicate<JsonNode> named(Request request) {
    String name = request.query("name");
    if (name == null || name.isEmpty()) {
      return row -> true;
    }
    if (request.flag("use_regex")) {
      try {
        Pattern pattern = Pattern.compile(name, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        return row -> pattern.matcher(row.path("name").asText()).find();
      } catch (PatternSyntaxException e) {
        throw Refusal.badRequest("name is no regular expression: " + e.getDescription());
      }
    }
    String part = name.toLowerCase(Locale.ROOT);
    return row -> row.path("name").asText().toLowerCase(Locale.ROOT).contains(part);
  }

  private static int positive(String parameter, String value) {
    try {
      int number = Integer.parseInt(value);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // answered below, as any other number that is none of a page
    }
    throw new Refusal(
        400,
        "invalid_pagination_parameters",
        parameter + " is a whole number from 1, not " + value);
  }

  private static JsonNode field(JsonNode row, String path) {
    JsonNode value = row;
    for (String name : path.split("\\.", -1)) {
      value = value.path(name);
    }
    return value;
  }

  /** What is absent first, then numbers and truth values, then text. */
  private static int compare(JsonNode left, JsonNode right) {
    boolean leftText = left.isTextual();
    boolean rightText = right.isTextual();
    if (leftText && rightText) {
      return left.textValue().compareTo(right.textValue());
    }
    return leftText != rightText
        ? Boolean.compare(leftText, rightText)
        : Double.compare(left.asDouble(), right.asDouble());
  }

  private static List<JsonNode> narrow(List<JsonNode> rows, @Nullable String columns) {
    if (columns == null || columns.isEmpty()) {
      return rows;
    }
    String[] names = columns.split(",", -1);
    return rows.stream().map(row -> narrow(row, names)).toList();
  }

  private static JsonNode narrow(JsonNode row, String[] columns) {
    ObjectNode narrowed = JsonNodeFactory.instance.objectNode();
    for (String column : columns) {
      JsonNode value = field(row, column);
      if (!(value instanceof MissingNode)) {
        ObjectNode place = narrowed;
        String[] names = column.split("\\.", -1);
        for (int i = 0; i < names.length - 1; i++) {
          place = place.withObjectProperty(names[i]);
        }
        place.set(names[names.length - 1], value);
      }
    }
    return narrowed;
  }
}
