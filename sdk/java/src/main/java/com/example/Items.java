package com.example;

import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * All items of a list, asked for page by page as they are wanted; each walk begins anew.
 *
 * <p>An item that moved to the next page meanwhile, because something was put before it, is given once. To delete what
 * is found, collect the ids first: pages shift under deletions.
 */
public final class Items<T> implements Iterable<T> {
  private final Call<Page<T>> first;
  private final Function<T, String> idOf;
  private final Function<Call<Page<T>>, Page<T>> ask;

  Items(Call<Page<T>> first, Function<T, String> idOf, Function<Call<Page<T>>, Page<T>> ask) {
    this.first = first;
    this.idOf = idOf;
    this.ask = ask;
  }

  /** {@code hasNext} may ask the service, and throws what a call throws. */
  @Override
  public Iterator<T> iterator() {
    return new Walk();
  }

  public Stream<T> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  private final class Walk implements Iterator<T> {
    private Call<Page<T>> next = first;
    private Iterator<T> here = Collections.emptyIterator();
    private Set<String> before = Set.of();

    @Override
    public boolean hasNext() {
      while (!here.hasNext() && next != null) turn(ask.apply(next));
      return here.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) throw new NoSuchElementException();
      return here.next();
    }

    private void turn(Page<T> page) {
      Set<String> seen = before;
      here = page.stream().filter(item -> !seen.contains(idOf.apply(item))).iterator();
      before = new HashSet<>(page.stream().map(idOf).toList());
      var query = page.nextQuery(next.query());
      next = query == null ? null : next.query(query);
    }
  }
}
