package io.waypost.systemtests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.Prerequisite;
import io.waypost.systemtests.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a screen. Whatever is asked of it is asked of the present tab. */
final class Browser implements AutoCloseable {
  private final ChromeDriver driver;

  /**
   * Starts it; where it is missing the test is skipped, or fails.
   *
   * @param profile an empty folder
   */
  Browser(Path profile) {
    File program = program("chromium");
    File driverProgram = program("chromedriver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program);
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // there is none for root, nor in most containers
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--hide-scrollbars",
        "--disable-features=BackForwardCache", // a page that was left would keep its connections
        "--user-data-dir=" + profile);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    driver = new ChromeDriver(
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driverProgram)
            .usingAnyFreePort()
            .build(),
        options);
    driver.manage().timeouts().scriptTimeout(Program.PATIENCE).pageLoadTimeout(Program.PATIENCE);
  }

  private static File program(String name) {
    Prerequisite.check(
        Prerequisite.program(name).isPresent(), name + " (Debian's chromium, chromium-driver)");
    return Prerequisite.program(name).orElseThrow().toFile();
  }

  /** Opens a page in the present tab. */
  void open(String address) {
    driver.get(address);
  }

  /** Opens a page in a new tab, which becomes the present one. */
  void openTab(String address) {
    driver.switchTo().newWindow(WindowType.TAB);
    driver.get(address);
  }

  /** The handle of the present tab. */
  String tab() {
    return driver.getWindowHandle();
  }

  /** Makes a tab the present one. */
  void switchTo(String tab) {
    driver.switchTo().window(tab);
  }

  /** Has the process behind the present tab die, which gives the page no moment for anything. */
  void crash() {
    try {
      driver.get("chrome://crash");
    } catch (WebDriverException itHasCrashed) {
      assertThat(itHasCrashed).hasMessageContaining("crash");
    }
  }

  /** What a CSS selector describes. */
  WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  List<WebElement> findAll(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** Waits until there are so many of what a CSS selector describes. */
  void await(int count, String selector) {
    Awaitility.await(selector)
        .pollInterval(Duration.ofMillis(50))
        .atMost(Program.PATIENCE)
        .untilAsserted(() -> assertThat(findAll(selector)).hasSize(count));
  }

  /** Evaluates an expression in the page; a promise is waited for. */
  @Nullable
  Object evaluate(String expression, Object... arguments) {
    return driver.executeScript("return " + expression, arguments);
  }

  /** What the page complained about since it was asked last: errors, and what its policy forbade. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(Object::toString)
        .toList();
  }

  /** How the page would look on a screen of another size, in pixels. */
  void resize(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Has the page believe that its reader likes dark or light pages. */
  void prefer(String colorScheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colorScheme))));
  }

  /** Keeps a picture of what is visible. */
  void screenshot(Path file) throws IOException {
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
