package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One page of a list, as a list that cannot be changed; {@link #getTotal} counts the items of all pages. */
public final class Page<T> extends AbstractList<T> {
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*\\brel=\"?next\\b");

  private final List<T> items;
  private final long total;
  private final Integer limit;
  private final Integer offset;
  private final String link;

  Page(List<T> items, JsonNode page, String link) {
    this.items = items;
    this.total = page.hasNonNull("total") ? page.get("total").longValue() : items.size();
    this.limit = page.hasNonNull("limit") ? page.get("limit").intValue() : null;
    this.offset = page.hasNonNull("offset") ? page.get("offset").intValue() : null;
    this.link = link;
  }

  @Override
  public T get(int index) {
    return items.get(index);
  }

  @Override
  public int size() {
    return items.size();
  }

  /** All that fit the query, on all pages. */
  public long getTotal() {
    return total;
  }

  /** How many a page holds; null where the service does not say. */
  public Integer getLimit() {
    return limit;
  }

  /** How many stand on the pages before; null where the service does not say. */
  public Integer getOffset() {
    return offset;
  }

  /** The query of the page after this one, which {@code query} asked for; null after the last. */
  Map<String, String> nextQuery(Map<String, String> query) {
    if (items.isEmpty()) return null;
    Map<String, String> next = new LinkedHashMap<>(query);
    if (link != null) {
      Matcher matcher = NEXT.matcher(link);
      if (!matcher.find()) return null;
      // Of the link only the query is taken: the key must not follow it to another place.
      String text = URI.create(matcher.group(1)).getRawQuery();
      next.putAll(Query.read(text == null ? "" : text));
      return next;
    }
    long before = offset != null ? offset : Long.parseLong(query.getOrDefault("offset", "0"));
    if (before + items.size() >= total) return null;
    next.put("offset", String.valueOf(before + items.size()));
    return next;
  }
}
