/**
 * JavaScript says taskName where the wire says task_name. Only the API's own fields are renamed, each object's by
 * itself: what a field holds (a payload, a result, tags) is the user's and is never looked into.
 */
export function toWire(fields) {
  return renamed(fields, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

export function fromWire(object) {
  return renamed(object, (name) => name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter) => letter.toUpperCase()));
}

function renamed(object, rename) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [rename(name), value]));
}

/** A task as it is sent: the list of what it depends on is the API's own, too. */
export function taskToWire({ dependencies, ...fields }) {
  if (!Array.isArray(dependencies)) return toWire({ dependencies, ...fields });
  return toWire({ ...fields, dependencies: dependencies.map(toWire) });
}
