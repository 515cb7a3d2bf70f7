package io.waypost.management.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What can be listed, where the API has it, and what of it a table shows unless other columns are asked for. */
enum Listing {
  /** Queues. */
  QUEUES(
      "/api/queues",
      "/api/queues/%s",
      "vhost,name,durable,messages_ready,messages_unacknowledged,consumers,policy"),
  /** Exchanges. */
  EXCHANGES("/api/exchanges", "/api/exchanges/%s", "vhost,name,type,durable,auto_delete,internal"),
  /** Bindings. */
  BINDINGS(
      "/api/bindings",
      "/api/bindings/%s",
      "vhost,source,destination_type,destination,routing_key,arguments"),
  /** Connections. */
  CONNECTIONS(
      "/api/connections",
      "/api/vhosts/%s/connections",
      "name,user,vhost,protocol,state,channels,user_provided_name"),
  /** Channels. */
  CHANNELS(
      "/api/channels",
      "/api/vhosts/%s/channels",
      "name,user,vhost,consumer_count,messages_unacknowledged,prefetch_count,confirm"),
  /** Consumers. */
  CONSUMERS(
      "/api/consumers",
      "/api/consumers/%s",
      "queue.vhost,queue.name,consumer_tag,channel_details.name,ack_required,prefetch_count,"
          + "activity_status"),
  /** Users. */
  USERS("/api/users", null, "name,tags"),
  /** Virtual hosts. */
  VHOSTS("/api/vhosts", null, "name,description,messages"),
  /** Permissions. */
  PERMISSIONS("/api/permissions", "/api/vhosts/%s/permissions", "user,vhost,configure,write,read"),
  /** Topic permissions. */
  TOPIC_PERMISSIONS(
      "/api/topic-permissions",
      "/api/vhosts/%s/topic-permissions",
      "user,vhost,exchange,write,read"),
  /** Policies. */
  POLICIES("/api/policies", "/api/policies/%s", "vhost,name,pattern,apply-to,definition,priority"),
  /** Operator policies. */
  OPERATOR_POLICIES(
      "/api/operator-policies",
      "/api/operator-policies/%s",
      "vhost,name,pattern,apply-to,definition,priority"),
  /** Rules that have messages go elsewhere. */
  ROUTES("/api/routes", "/api/routes/%s", "vhost,name,source,match,to,copy,matched,unroutable");

  private final String all;
  private final @Nullable String ofVirtualHost;
  private final String columns;

  Listing(String all, @Nullable String ofVirtualHost, String columns) {
    this.all = all;
    this.ofVirtualHost = ofVirtualHost;
    this.columns = columns;
  }

  /** What is shown when no columns are asked for. */
  List<String> columns() {
    return List.of(columns.split(",", -1));
  }

  /** Where the list is: that of a virtual host, or (null) the whole. */
  String path(@Nullable String virtualHost) {
    return virtualHost == null || ofVirtualHost == null
        ? all
        : String.format(ofVirtualHost, ApiClient.encode(virtualHost));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
