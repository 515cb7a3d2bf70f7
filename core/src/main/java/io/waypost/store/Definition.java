package io.waypost.store;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Permissions;
import io.waypost.broker.PolicySpec;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.RouteSpec;
import io.waypost.broker.TopicPermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** One thing that was declared and is to survive a restart. */
public sealed interface Definition {
  /** What tells it from the others of its kind; a definition with an equal kind and id replaces it. */
  List<?> id();

  /** A copy of the list in which those that others refer to come first. */
  static List<Definition> inLoadOrder(Collection<? extends Definition> definitions) {
    List<Class<?>> order = List.of(
        VirtualHost.class,
        User.class,
        Grant.class,
        TopicGrant.class,
        Policy.class,
        Route.class,
        Retained.class,
        Exchange.class,
        Queue.class,
        Binding.class,
        Note.class,
        Stamp.class);
    List<Definition> ordered = new ArrayList<>(definitions);
    ordered.sort(Comparator.comparingInt(definition -> order.indexOf(definition.getClass())));
    return ordered;
  }

  /**
   * A virtual host.
   *
   * @param name its name
   * @param description for people
   */
  record VirtualHost(String name, String description) implements Definition {
    @Override
    public List<?> id() {
      return List.of(name);
    }
  }

  /**
   * A user.
   *
   * @param name its name
   * @param passwordHash the encoded hash; empty when it may not log in by password
   * @param tags what it may administer
   */
  record User(String name, String passwordHash, Set<String> tags) implements Definition {
    /** Copies the tags. */
    public User {
      tags = Set.copyOf(tags);
    }

    @Override
    public List<?> id() {
      return List.of(name);
    }

    @Override
    public String toString() {
      return "User[" + name + "]";
    }
  }

  /**
   * A user's permissions in a virtual host.
   *
   * @param virtualHost where
   * @param user who
   * @param permissions what
   */
  record Grant(String virtualHost, String user, Permissions permissions) implements Definition {
    @Override
    public List<?> id() {
      return List.of(virtualHost, user);
    }
  }

  /**
   * A user's topic permissions on an exchange.
   *
   * @param virtualHost where
   * @param user who
   * @param permissions which exchange and what
   */
  record TopicGrant(String virtualHost, String user, TopicPermissions permissions)
      implements Definition {
    @Override
    public List<?> id() {
      return List.of(virtualHost, user, permissions.exchange());
    }
  }

  /**
   * A policy.
   *
   * @param virtualHost where
   * @param spec what
   */
  record Policy(String virtualHost, PolicySpec spec) implements Definition {
    @Override
    public List<?> id() {
      return List.of(virtualHost, spec.operator(), spec.name());
    }
  }

  /**
   * A rule that has messages go elsewhere.
   *
   * @param virtualHost where
   * @param spec what
   */
  record Route(String virtualHost, RouteSpec spec) implements Definition {
    @Override
    public List<?> id() {
      return List.of(virtualHost, spec.name());
    }
  }

  /**
   * A durable exchange.
   *
   * @param virtualHost where
   * @param spec what
   * @param number the number by which the store knows the messages that it keeps back; 0 for one that never does
   */
  record Exchange(String virtualHost, ExchangeSpec spec, long number) implements Definition {
    @Override
    public List<?> id() {
      return List.of(virtualHost, spec.name());
    }
  }

  /**
   * A durable queue.
   *
   * @param virtualHost where
   * @param spec what
   * @param number the number by which the store knows its messages
   */
  record Queue(String virtualHost, QueueSpec spec, long number) implements Definition {
    @Override
    public List<?> id() {
      return List.of(virtualHost, spec.name());
    }
  }

  /**
   * A binding between durable things.
   *
   * @param virtualHost where
   * @param spec what
   */
  record Binding(String virtualHost, BindingSpec spec) implements Definition {
    @Override
    public List<?> id() {
      return List.of(virtualHost, spec);
    }
  }

  /**
   * Where a virtual host keeps its retained messages.
   *
   * @param virtualHost whose they are
   * @param number the number by which the store knows them
   */
  record Retained(String virtualHost, long number) implements Definition {
    @Override
    public List<?> id() {
      return List.of(virtualHost);
    }
  }

  /**
   * What an adapter wants to find again after a restart.
   *
   * @param adapter whose note it is
   * @param key by which the adapter knows it
   * @param bytes what only the adapter understands; never modified
   */
  // Nobody compares notes, or changes their bytes; the copy that a class of their own would cost is
  // not worth it.
  @SuppressWarnings("ArrayRecordComponent")
  record Note(String adapter, String key, byte[] bytes) implements Definition {
    @Override
    public List<?> id() {
      return List.of(adapter, key);
    }

    @Override
    public String toString() {
      return "Note[" + adapter + "]";
    }
  }

  /**
   * That a queue has a message that its publisher may offer again: written together with the message.
   *
   * @param text what the publisher knows the message by
   * @param queue the queue's number
   */
  record Stamp(String text, long queue) implements Definition {
    @Override
    public List<?> id() {
      return List.of(text, queue);
    }
  }
}
