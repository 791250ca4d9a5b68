/** A part of the world that a test does without: whoever uses it all the same hears which. */
export function absent<T extends object>(name: string): T {
  return new Proxy({} as T, {
    get() {
      throw new Error(`This test handed in no ${name}`);
    },
  });
}
