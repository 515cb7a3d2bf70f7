package io.waypost.management.cli;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which broker a command talks to, as whom, about which virtual host. */
final class Target {
  private static final String DEFAULT_URL = "http://127.0.0.1:15672";
  private static final String DEFAULT_USER = "guest";
  private static final String DEFAULT_VHOST = "/";

  private final Settings settings;

  @Option(
      names = "--url",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "The broker's HTTP listener; or WAYPOST_URL. Default: " + DEFAULT_URL)
  private @Nullable String url;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Who you are; or WAYPOST_USER. Default: " + DEFAULT_USER)
  private @Nullable String user;

  @Option(
      names = {"-p", "--password"},
      paramLabel = "PASSWORD",
      scope = ScopeType.INHERIT,
      description = "Your password; or WAYPOST_PASSWORD, which other users cannot see")
  private char @Nullable [] password;

  @Option(
      names = {"-W", "--ask-password"},
      interactive = true,
      prompt = "Your password: ",
      scope = ScopeType.INHERIT,
      description = "Ask for your password")
  private char @Nullable [] asked;

  @Option(
      names = {"-v", "--vhost"},
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "The virtual host; or WAYPOST_VHOST. Default: / (list: all)")
  private @Nullable String vhost;

  Target(Settings settings) {
    this.settings = settings;
  }

  ApiClient client() {
    return new ApiClient(url(), user(), password());
  }

  /** The virtual host that a command works on. */
  String vhost() {
    String chosen = chosenVhost();
    return chosen == null ? DEFAULT_VHOST : chosen;
  }

  /** The virtual host if one was chosen. */
  @Nullable
  String chosenVhost() {
    return vhost == null ? settings.get("vhost") : vhost;
  }

  private URL url() {
    String text = url == null ? settings.get("url") : url;
    String base = text == null ? DEFAULT_URL : text;
    try {
      URL parsed = URI.create(base.replaceAll("/+$", "")).toURL();
      if (parsed.getProtocol().startsWith("http") && !parsed.getHost().isEmpty()) {
        return parsed;
      }
    } catch (MalformedURLException | IllegalArgumentException e) {
      // answered below, as any other text that is no such URL
    }
    throw CliFailure.refused("not the URL of an HTTP listener: " + base);
  }

  private String user() {
    String name = user == null ? settings.get("user") : user;
    return name == null ? DEFAULT_USER : name;
  }

  private String password() {
    if (asked != null) {
      return new String(asked);
    }
    if (password != null) {
      return new String(password);
    }
    String known = settings.get("password");
    return known == null ? DEFAULT_USER : known;
  }
}
