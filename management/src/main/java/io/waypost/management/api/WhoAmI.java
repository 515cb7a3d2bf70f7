package io.waypost.management.api;

import java.util.List;

/**
 * The asking user.
 *
 * @param name its name
 * @param tags what it may administer
 */
public record WhoAmI(String name, List<String> tags) {}
