import { stringify } from 'yaml';

export type ExportFormat = 'json' | 'yaml';

/** The parts of an export: what stands at its head, and its lists, each written as it is read. */
export interface ExportParts {
  readonly head: Readonly<Record<string, string | number>>;
  readonly lists: Readonly<Record<string, AsyncIterable<unknown>>>;
}

export const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
};

/** The file piece by piece: never more than one entry of a list is held. */
export async function* exportFile(format: ExportFormat, { head, lists }: ExportParts): AsyncGenerator<string, void> {
  const isJson = format === 'json';
  yield isJson ? `${JSON.stringify(head, null, 2).slice(0, -2)}` : stringify(head);
  for (const [name, entries] of Object.entries(lists)) {
    yield isJson ? `,\n  ${JSON.stringify(name)}: [` : `${name}:`;
    let written = 0;
    for await (const entry of entries) {
      if (isJson) yield `${written === 0 ? '' : ','}\n    ${JSON.stringify(entry)}`;
      else yield `${written === 0 ? '\n' : ''}${stringify([entry], { lineWidth: 0 })}`;
      written += 1;
    }
    if (isJson) yield written === 0 ? ']' : '\n  ]';
    else if (written === 0) yield ' []\n';
  }
  if (isJson) yield '\n}\n';
}

/** A stream that reads on only as it is read, and lets go of its source when nobody reads on. */
export function streamOf(pieces: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return();
    },
  });
}
