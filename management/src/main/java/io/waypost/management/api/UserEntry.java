package io.waypost.management.api;

import java.util.List;

/**
 * A user.
 *
 * @param name its name
 * @param passwordHash the stored hash; empty when it has no password
 * @param hashingAlgorithm how it was made
 * @param tags what it may administer
 */
public record UserEntry(
    String name, String passwordHash, String hashingAlgorithm, List<String> tags) {}
