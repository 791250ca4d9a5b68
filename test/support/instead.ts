/** The original, but for the members that a test gives. Works on classes with private fields too. */
export function instead<T extends object>(original: T, own: Partial<T>): T {
  return new Proxy(original, {
    get(target, name) {
      const given: unknown = Reflect.get(own, name) ?? Reflect.get(target, name);
      return typeof given === 'function' && !Object.hasOwn(own, name) ? (given.bind(target) as unknown) : given;
    },
  });
}
