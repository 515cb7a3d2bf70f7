package io.waypost.management.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.waypost.management.api.BindingEntry;
import io.waypost.management.api.ChannelEntry;
import io.waypost.management.api.ConnectionEntry;
import io.waypost.management.api.ConsumerEntry;
import io.waypost.management.api.ExchangeEntry;
import io.waypost.management.api.Json;
import io.waypost.management.api.PermissionEntry;
import io.waypost.management.api.PolicyEntry;
import io.waypost.management.api.QueueEntry;
import io.waypost.management.api.RouteEntry;
import io.waypost.management.api.TopicPermissionEntry;
import io.waypost.management.api.UserEntry;
import io.waypost.management.api.VirtualHostEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListingTest {
  private static Class<?> entry(Listing listing) {
    return switch (listing) {
      case QUEUES -> QueueEntry.class;
      case EXCHANGES -> ExchangeEntry.class;
      case BINDINGS -> BindingEntry.class;
      case CONNECTIONS -> ConnectionEntry.class;
      case CHANNELS -> ChannelEntry.class;
      case CONSUMERS -> ConsumerEntry.class;
      case USERS -> UserEntry.class;
      case VHOSTS -> VirtualHostEntry.class;
      case PERMISSIONS -> PermissionEntry.class;
      case TOPIC_PERMISSIONS -> TopicPermissionEntry.class;
      case POLICIES, OPERATOR_POLICIES -> PolicyEntry.class;
      case ROUTES -> RouteEntry.class;
    };
  }

  @ParameterizedTest
  @EnumSource
  void everyColumnIsAFieldOfWhatTheApiSends(Listing listing) {
    for (String column : listing.columns()) {
      JavaType type = Json.MAPPER.constructType(entry(listing));
      for (String name : column.split("\\.", -1)) {
        type = Json.MAPPER.getSerializationConfig().introspect(type).findProperties().stream()
            .filter(property -> property.getName().equals(name))
            .findFirst()
            .map(BeanPropertyDefinition::getPrimaryType)
            .orElse(null);
        assertThat(type).as(column).isNotNull();
      }
    }
  }
}
