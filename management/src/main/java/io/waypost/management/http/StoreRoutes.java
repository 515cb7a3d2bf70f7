package io.waypost.management.http;

import io.waypost.broker.Inspector.StoreInfo;
import io.waypost.management.api.BackupRequest;
import io.waypost.management.api.StoreEntry;

/** What is kept on disk, and copies of it. */
final class StoreRoutes {
  private final Gateway gateway;

  StoreRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router.on("GET", "/api/store", this::store).on("POST", "/api/store/backup", this::backup);
  }

  private Reply store(Request request) {
    gateway.administration(request).checkMonitoring();
    StoreInfo info = gateway.inspector().store();
    return Reply.ok(new StoreEntry(
        info.segments(),
        info.usedBytes(),
        info.liveBytes(),
        info.messages(),
        info.receivedBytes(),
        info.writtenBytes(),
        info.forces(),
        info.shortage()));
  }

  private Reply backup(Request request) {
    String folder = request.body(BackupRequest.class).folder();
    Await.result(gateway.administration(request).backup(folder == null ? "" : folder));
    return Reply.noContent();
  }
}
