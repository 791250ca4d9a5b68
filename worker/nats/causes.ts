/** An error and what it came of, outermost first: the NATS client wraps what the server said. */
export function causesOf(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let each = error; each instanceof Error && found.length < 5; each = each.cause) found.push(each);
  return found;
}
