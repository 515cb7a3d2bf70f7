package io.waypost.management.api;

import java.util.List;

/**
 * A part of a list.
 *
 * @param totalCount entries in the list
 * @param filteredCount those that match the filter
 * @param itemCount those on this page
 * @param page which page, from 1
 * @param pageSize how many fit on a page
 * @param pageCount how many pages there are
 * @param items the entries
 * @param <T> what the list holds
 */
public record Page<T>(
    int totalCount,
    int filteredCount,
    int itemCount,
    int page,
    int pageSize,
    int pageCount,
    List<T> items) {}
