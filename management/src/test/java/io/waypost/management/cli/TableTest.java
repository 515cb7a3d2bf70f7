package io.waypost.management.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.api.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private static List<String> lines(int width, String columns, String... rows) throws Exception {
    List<JsonNode> parsed = new ArrayList<>();
    for (String row : rows) {
      parsed.add(Json.MAPPER.readTree(row));
    }
    return new Table(List.of(columns.split(",", -1)), parsed).lines(width);
  }

  @Test
  void columnsAreAlignedAndNumbersStandToTheRight() throws Exception {
    assertThat(lines(
            100,
            "name,messages",
            "{\"name\": \"a\", \"messages\": 1000}",
            "{\"name\": \"longer\", \"messages\": 5}"))
        .containsExactly("NAME    MESSAGES", "a           1000", "longer         5");
  }

  @Test
  void dotsLeadIntoObjectsAndWhatIsAbsentIsEmpty() throws Exception {
    assertThat(lines(
            100, "a.b,c,d", "{\"a\": {\"b\": \"deep\"}, \"c\": null, \"d\": [1, \"x\"]}", "{}"))
        .containsExactly("A.B   C  D", "deep     1,x", "");
  }

  @Test
  void nothingButHeadingsIsATableToo() throws Exception {
    assertThat(lines(100, "name")).containsExactly("NAME");
  }

  @Test
  void lettersBeyondSixteenBitsCountAsOne() throws Exception {
    assertThat(lines(100, "a,b", "{\"a\": \"🚀\", \"b\": \"x\"}", "{\"a\": \"12\", \"b\": \"y\"}"))
        .containsExactly("A   B", "🚀   x", "12  y");
    assertThat(lines(3, "a", "{\"a\": \"🚀🚀🚀🚀\"}")).containsExactly("A", "🚀🚀…");
  }

  @Test
  void whatWouldMoveTheCursorIsBlanked() throws Exception {
    assertThat(lines(100, "a", "{\"a\": \"x\\u001b[31m\\ny\"}")).containsExactly("A", "x [31m y");
  }
}
