package io.waypost.systemtests.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.waypost.systemtests.HttpApi;
import io.waypost.systemtests.Prerequisite;
import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/**
 * The example of the photo filters, started by its one command and used in a browser. Leaves a screenshot in
 * {@code target/photo-filters.png}.
 */
@TestInstance(Lifecycle.PER_CLASS)
class PhotoFiltersIT {
  private static final Path EXAMPLE = WaypostProcess.sources().resolve("examples/photo-filters");
  private static final Path SAMPLE = EXAMPLE.resolve("page/sample.jpg");
  private static final int MAX_BYTES = 8 << 20;

  /** How far the picture that was filtered is from the original, and from what it should be: means over all colours. */
  private static final String COMPARE = """
      (async () => {
        const pixels = (image) => {
          const context = new OffscreenCanvas(60, 40).getContext('2d');
          context.drawImage(image, 0, 0, 60, 40);
          return [...context.getImageData(0, 0, 60, 40).data].filter((_, i) => i % 4 !== 3);
        };
        const original = new Image();
        original.src = 'sample.jpg';
        await original.decode();
        const before = pixels(original);
        const after = pixels(document.querySelector('[data-state=done] .result'));
        const mean = (distance) =>
          before.map((colour, i) => Math.abs(distance(colour, after[i]))).reduce((a, b) => a + b) / before.length;
        return [mean((a, b) => a - b), mean((a, b) => a + b - 255)].map(Math.round);
      })()
      """;

  private final Path folder;
  private final Browser browser;
  private final Program example;
  private final String page;

  PhotoFiltersIT(@TempDir Path folder) {
    Path modules = EXAMPLE.resolve("node_modules");
    Prerequisite.check(Files.exists(modules), modules + " (npm ci --prefix " + EXAMPLE + ")");
    this.folder = folder;
    this.browser = new Browser(folder.resolve("profile"));
    this.example = Program.start(
        folder,
        Map.of(
            "WAYPOST", WaypostProcess.script().toString(),
            "WAYPOST_HEAP", "256m",
            "JAVA_OPTS", "-Dio.netty.leakDetection.level=paranoid"),
        List.of(EXAMPLE.resolve("start").toString(), "--port", "0", "--data", folder.toString()));
    try {
      this.page = said("open (http:\\S+)").group(1);
    } catch (AssertionError e) {
      browser.close();
      example.close();
      throw e;
    }
  }

  @AfterAll
  void everythingEnds() {
    browser.close();
    List<ProcessHandle> programs =
        ProcessHandle.of(example.pid()).orElseThrow().descendants().toList();
    assertThat(programs).hasSizeGreaterThanOrEqualTo(5);
    example.close();
    assertThat(example.awaitExit()).as(example.output()).isZero();
    assertThat(programs).noneMatch(ProcessHandle::isAlive);
    assertThat(folder.resolve("log/waypost.log")).content().doesNotContain("LEAK");
  }

  @BeforeEach
  void openThePage() {
    browser.open(page);
    browser.await(1, "[data-live=true]");
  }

  @Test
  void aPictureIsFilteredAndEverybodySeesHowItGetsOn() {
    String stomp = browser.tab();
    browser.openTab(page + "?door=mqtt");
    browser.await(1, "[data-live=true]");
    String mqtt = browser.tab();
    browser.switchTo(stomp);
    watchProgress();
    upload("invert", SAMPLE);
    browser.await(1, "[data-state=done]");
    assertInverted();
    assertThat(progress()).isSorted().doesNotHaveDuplicates().contains(0L, 60L, 100L);
    said("device +#{10} 100 %  done invert sample.jpg worker [12]");
    said("device +#{6}\\.{4} +6\\d %  working invert sample.jpg worker [12]");

    browser.switchTo(mqtt);
    browser.await(1, "[data-state=done]");
    assertInverted();
    browser.find(".like").click();
    said("device +♥ somebody likes [0-9a-f]{8}");
    browser.switchTo(stomp);
    awaitText(".like", "♥ 1");
    browser.find("[value=mqtt] + span").click();
    browser.await(1, "[data-live=true]");
    browser.find(".like").click();
    awaitText(".like", "♥ 2");
    assertThat(browser.complaints()).isEmpty();
    browser.switchTo(mqtt);
    awaitText(".like", "♥ 2");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aFileThatIsNoPictureIsSaidToBeNoneAndTheWorkerGoesOn() throws Exception {
    long failed = failedPictures();
    Path text = Files.writeString(folder.resolve("words.png"), "a thousand words");
    Path half = folder.resolve("half.jpg");
    Files.write(half, Arrays.copyOf(Files.readAllBytes(SAMPLE), 1000));
    upload("sepia", text, half);
    browser.await(2, "[data-state=failed]");
    assertThat(browser.findAll(".state").stream().map(WebElement::getText))
        .allMatch(said -> said.equals("sepia · failed: this is no picture that can be read"));
    said("device .* failed sepia words.png worker \\d this is no picture that can be read");
    await().atMost(Program.PATIENCE).until(() -> failedPictures() == failed + 2);
    upload("sepia", SAMPLE);
    browser.await(1, "[data-state=done]");
  }

  @Test
  void whatIsTooLargeEmptyOrUnknownIsRefused() throws Exception {
    Path large = Files.write(folder.resolve("large.jpg"), new byte[MAX_BYTES + 1]);
    Path empty = Files.createFile(folder.resolve("empty.jpg"));
    upload("grey", large);
    awaitText("[data-state=failed] .state", "grey · failed: more than 8 MiB are too much");
    openThePage();
    upload("grey", empty);
    awaitText("[data-state=failed] .state", "grey · failed: there is nothing in the file");
    assertThat(post("photos?filter=grey", new byte[MAX_BYTES + 1]).statusCode()).isEqualTo(413);
    assertThat(post("photos?filter=toString", new byte[] {1}).statusCode()).isEqualTo(400);
    assertThat(post("photos", new byte[] {1}).body()).contains("there is no filter");
  }

  @Test
  void workersShareTheWorkAndOneThatDiesLosesNone() {
    upload("blur", SAMPLE, SAMPLE, SAMPLE);
    browser.await(2, "[data-state=working]");
    workers().get(0).destroyForcibly();
    said("worker \\d has ended");
    browser.await(3, "[data-state=done]");
    await().atMost(Program.PATIENCE).until(() -> workers().size() == 2);
  }

  @Test
  void thePageMayDoNoMoreThanItNeeds() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setPort(port("amqp"));
    factory.setUsername("page");
    factory.setPassword("page");
    try (Connection connection = factory.newConnection()) {
      for (String key : List.of("photos.1.event", "photos.1.2.like", "lights.on")) {
        assertThatThrownBy(() -> {
              var channel = connection.createChannel();
              channel.confirmSelect();
              channel.basicPublish("amq.topic", key, null, new byte[0]);
              channel.waitForConfirmsOrDie(Program.PATIENCE.toMillis());
            })
            .as(key)
            .hasStackTraceContaining("ACCESS_REFUSED");
      }
      assertThatThrownBy(() -> connection.createChannel().basicGet("photos.work", true))
          .hasStackTraceContaining("ACCESS_REFUSED");
    }
    HttpResponse<String> response = HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(page)).build(), BodyHandlers.ofString());
    assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self';")
        .doesNotContain("unsafe");
  }

  @Test
  void thePageLooksLikeThisInTheDocumentation() throws IOException {
    browser.resize(1200, 880);
    List<String> filters = List.of("invert", "poster", "duotone", "sepia", "grey");
    for (int i = 0; i < filters.size(); i++) {
      upload(filters.get(i), SAMPLE);
      browser.await(i + 1, "article .original[src]");
    }
    browser.await(filters.size(), "[data-state=done]");
    upload("blur", SAMPLE);
    browser.await(
        1, "[data-state=working] progress:not([value='20']):not([value='30']):not([value='45'])");
    Path target = Path.of("target").toAbsolutePath();
    browser.screenshot(target.resolve("photo-filters.png"));
    browser.await(6, "[data-state=done]");
    browser.prefer("dark");
    browser.screenshot(target.resolve("photo-filters-dark.png"));
    browser.resize(360, 740);
    assertThat(browser.evaluate("document.documentElement.scrollWidth")).isEqualTo(360L);
    browser.screenshot(target.resolve("photo-filters-phone.png"));
  }

  /** Uploads files by the page, all at once. */
  private void upload(String filter, Path... files) {
    browser.find("[value=" + filter + "] + span").click();
    browser
        .find("#file")
        .sendKeys(Arrays.stream(files).map(Path::toString).collect(Collectors.joining("\n")));
  }

  private void awaitText(String selector, String text) {
    await()
        .atMost(Program.PATIENCE)
        .untilAsserted(() -> assertThat(browser.findAll(selector).stream().map(WebElement::getText))
            .containsExactly(text));
  }

  private void watchProgress() {
    browser.evaluate("(() => {"
        + " window.seen = [];"
        + " new MutationObserver(() => {"
        + "   const value = document.querySelector('progress')?.value;"
        + "   if (value !== window.seen.at(-1)) window.seen.push(value);"
        + " }).observe(document.querySelector('#photos'), { subtree: true, childList: true, attributes: true });"
        + "})()");
  }

  private List<Long> progress() {
    return ((List<?>) Objects.requireNonNull(browser.evaluate("window.seen")))
        .stream().map(Long.class::cast).toList();
  }

  private void assertInverted() {
    await()
        .atMost(Program.PATIENCE)
        .until(() -> Boolean.TRUE.equals(browser.evaluate(
            "document.querySelector('[data-state=done] .result').naturalWidth > 0")));
    List<?> means = (List<?>) Objects.requireNonNull(browser.evaluate(COMPARE));
    assertThat((Long) means.get(0)).as("distance from the original").isGreaterThan(40);
    assertThat((Long) means.get(1)).as("distance from the inverted one").isLessThan(6);
  }

  /** Waits for a line of the example. */
  private MatchResult said(String regex) {
    Pattern pattern = Pattern.compile(regex);
    example.awaitLines(regex, lines -> lines.stream().anyMatch(pattern.asPredicate()));
    return pattern.matcher(example.output()).results().findFirst().orElseThrow();
  }

  private int port(String listener) {
    return Integer.parseInt(said("broker +" + listener + " +\\S+:(\\d+)").group(1));
  }

  private long failedPictures() throws IOException, InterruptedException {
    return new HttpApi(port("http"))
        .get("queues/%2F/photos.failed")
        .get("messages")
        .asLong();
  }

  private HttpResponse<String> post(String path, byte[] body)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(page).resolve("/" + path))
                .POST(BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofString());
  }

  private List<ProcessHandle> workers() {
    return ProcessHandle.of(example.pid())
        .orElseThrow()
        .descendants()
        .filter(process -> Arrays.stream(process.info().arguments().orElseThrow())
            .anyMatch(argument -> argument.endsWith("worker.js")))
        .toList();
  }
}
