type Plain<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: NonNullable<T[K]>;
};

/** The types of console.txt leave out what is not there; its JSON says null. */
export function withoutNulls<T extends object>(value: T): Plain<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null)) as Plain<T>;
}
