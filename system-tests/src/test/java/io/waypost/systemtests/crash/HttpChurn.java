package io.waypost.systemtests.crash;

import io.waypost.systemtests.HttpApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Makes, changes and deletes virtual hosts, users, permissions and policies of its own. */
final class HttpChurn implements Worker {
  private static final int NAMES = 5;

  private final HttpApi api;
  private final Declared declared;
  private final Map<String, String> passwords;
  private final SplittableRandom random;
  private final CountDownLatch stop;

  /**
   * A worker.
   *
   * @param passwords those that are surely right, by users; kept true
   */
  HttpChurn(
      HttpApi api,
      Declared declared,
      Map<String, String> passwords,
      SplittableRandom random,
      CountDownLatch stop) {
    this.api = api;
    this.declared = declared;
    this.passwords = passwords;
    this.random = random;
    this.stop = stop;
  }

  @Override
  public void work() throws Exception {
    while (!stop.await(random.nextInt(10), TimeUnit.MILLISECONDS)) {
      String host = "host" + random.nextInt(NAMES);
      String user = "user" + random.nextInt(NAMES);
      switch (random.nextInt(12)) {
        case 0, 1 -> putVirtualHost(host);
        case 2 -> deleteVirtualHost(host);
        case 3, 4 -> putUser(user);
        case 5 -> deleteUser(user);
        case 6, 7 -> permit(host, user);
        case 8 -> permitTopics(user);
        case 9, 10 -> putPolicy("policy" + random.nextInt(NAMES));
        default -> deletePolicy("policy" + random.nextInt(NAMES));
      }
    }
  }

  private boolean isThere(String name) {
    return !declared.names(name::equals).isEmpty();
  }

  private void put(String path, Map<String, ?> body, String name, String value)
      throws IOException, InterruptedException {
    declared.becomes(name, value);
    check("PUT", path, api.put(path, body));
    declared.is(name, value);
  }

  private void delete(String path, List<String> names) throws IOException, InterruptedException {
    declared.vanishing(names);
    check("DELETE", path, api.delete(path));
    declared.vanished(names);
  }

  private static void check(String method, String path, int status) throws IOException {
    if (status / 100 != 2) {
      throw new IOException(method + " " + path + " was answered with " + status);
    }
  }

  private void putVirtualHost(String host) throws IOException, InterruptedException {
    String name = Things.virtualHost(host);
    if (isThere(name)) {
      return;
    }
    put("vhosts/" + host, Map.of("description", "a host"), name, "a host");
    String mine = Things.permissions(host, "guest");
    Map<String, String> all = Map.of("configure", ".*", "write", ".*", "read", ".*");
    put("permissions/" + host + "/guest", all, mine, ".* .* .*");
    Map<String, ?> queue = Map.of("durable", true, "arguments", Map.of());
    put("queues/" + host + "/q", queue, Things.queue(host, "q"), Things.queueValue(true, Map.of()));
  }

  private void deleteVirtualHost(String host) throws IOException, InterruptedException {
    String name = Things.virtualHost(host);
    if (isThere(name)) {
      List<String> gone = new ArrayList<>(
          declared.possibleNames(each -> (each + " ").matches("\\S+ " + host + " .*")));
      delete("vhosts/" + host, gone);
    }
  }

  private void putUser(String user) throws IOException, InterruptedException {
    List<String> tags = random.nextBoolean() ? List.of("management") : List.of("monitoring");
    String password = "p" + random.nextInt(1_000_000);
    passwords.remove(user);
    Map<String, ?> body = Map.of("password", password, "tags", String.join(",", tags));
    put("users/" + user, body, Things.user(user), Things.userValue(tags));
    passwords.put(user, password);
  }

  private void deleteUser(String user) throws IOException, InterruptedException {
    if (isThere(Things.user(user))) {
      List<String> gone = new ArrayList<>(declared.possibleNames(
          each -> (each + " ").matches("(topic-)?permissions \\S+ " + user + " .*")));
      gone.add(Things.user(user));
      passwords.remove(user);
      delete("users/" + user, gone);
    }
  }

  private void permit(String host, String user) throws IOException, InterruptedException {
    if (isThere(Things.virtualHost(host)) && isThere(Things.user(user))) {
      String read = "read" + random.nextInt(100);
      Map<String, String> body = Map.of("configure", "", "write", "w", "read", read);
      String path = "permissions/" + host + "/" + user;
      put(path, body, Things.permissions(host, user), " w " + read);
    }
  }

  private void permitTopics(String user) throws IOException, InterruptedException {
    if (isThere(Things.user(user))) {
      String read = "read" + random.nextInt(100);
      Map<String, String> body = Map.of("exchange", "amq.topic", "write", "w", "read", read);
      String name = Things.topicPermissions("/", user, "amq.topic");
      put("topic-permissions/%2F/" + user, body, name, "w " + read);
    }
  }

  private void putPolicy(String policy) throws IOException, InterruptedException {
    int length = random.nextInt(1000);
    Map<String, ?> body =
        Map.of("pattern", "^nothing", "definition", Map.of("max-length", length), "priority", 1);
    String value = "^nothing {max-length=" + length + "} 1";
    put("policies/%2F/" + policy, body, Things.policy("/", policy), value);
  }

  private void deletePolicy(String policy) throws IOException, InterruptedException {
    String name = Things.policy("/", policy);
    if (isThere(name)) {
      delete("policies/%2F/" + policy, List.of(name));
    }
  }
}
