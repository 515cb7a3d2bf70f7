package io.waypost.management.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.broker.Administration;
import io.waypost.broker.Administration.PermissionInfo;
import io.waypost.broker.Administration.UserInfo;
import io.waypost.management.api.UserEntry;
import io.waypost.management.api.UserRequest;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Users; for administrators. */
final class UserRoutes {
  private static final String ONE = "/api/users/{user}";

  private final Gateway gateway;

  UserRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/users", this::list)
        .on("GET", "/api/users/without-permissions", this::withoutPermissions)
        .on("GET", ONE, this::one)
        .on("PUT", ONE, this::put)
        .on("DELETE", ONE, this::delete);
  }

  private Reply list(Request request) {
    return ListReply.of(request, entries(administration(request).users()));
  }

  private Reply withoutPermissions(Request request) {
    Administration administration = administration(request);
    Set<String> permitted =
        administration.permissions().stream().map(PermissionInfo::user).collect(Collectors.toSet());
    return ListReply.of(
        request,
        entries(administration.users().stream()
            .filter(user -> !permitted.contains(user.name()))
            .toList()));
  }

  private Reply one(Request request) {
    return Reply.ok(entry(find(request).orElseThrow(() -> missing(request))));
  }

  private Reply put(Request request) {
    UserRequest wanted = request.body(UserRequest.class);
    Set<String> tags = tags(Request.required("tags", wanted.tags()));
    if (wanted.passwordHash() != null && !wanted.passwordHash().isEmpty()) {
      throw Refusal.badRequest("password_hash is not taken, only password");
    }
    boolean created = find(request).isEmpty();
    if (!created && wanted.passwordHash() != null && wanted.password() == null) {
      throw Refusal.badRequest("the password of a user cannot be taken away, only replaced");
    }
    Await.result(administration(request).putUser(request.segment("user"), wanted.password(), tags));
    return Reply.put(created);
  }

  private Reply delete(Request request) {
    if (find(request).isEmpty()) {
      throw missing(request);
    }
    Await.result(administration(request).deleteUser(request.segment("user")));
    return Reply.noContent();
  }

  private Administration administration(Request request) {
    request.requireTag("administrator");
    return gateway.administration(request);
  }

  private Optional<UserInfo> find(Request request) {
    String name = request.segment("user");
    return administration(request).users().stream()
        .filter(user -> user.name().equals(name))
        .findFirst();
  }

  private static Refusal missing(Request request) {
    return Refusal.notFound("no user '" + request.segment("user") + "'");
  }

  private static Set<String> tags(JsonNode given) {
    Set<String> tags = new LinkedHashSet<>();
    if (given.isArray()) {
      given.forEach(tag -> tags.add(tag.asText().strip()));
    } else if (given.isTextual()) {
      tags.addAll(List.of(given.textValue().strip().split("\\s*,\\s*", -1)));
    } else {
      throw Refusal.badRequest("tags is a list, or a text with commas between them");
    }
    tags.remove("");
    return tags;
  }

  private static List<UserEntry> entries(List<UserInfo> users) {
    return users.stream()
        .sorted(Comparator.comparing(UserInfo::name))
        .map(UserRoutes::entry)
        .toList();
  }

  private static UserEntry entry(UserInfo user) {
    return new UserEntry(
        user.name(),
        user.passwordHash(),
        user.hashingAlgorithm(),
        user.tags().stream().sorted().toList());
  }
}
