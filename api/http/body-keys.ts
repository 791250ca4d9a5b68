/** A body beyond this is read by nobody who only wants to tell faces apart. */
const LONGEST = 1_048_576;

/** The keys of a JSON object in a request's body, read from a copy; none where the body is anything else. */
export async function bodyKeys(request: Request): Promise<readonly string[]> {
  if (request.body === null || Number(request.headers.get('content-length') ?? 0) > LONGEST) return [];
  try {
    const value: unknown = JSON.parse(await textUpTo(LONGEST, request.clone()));
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : [];
  } catch {
    return [];
  }
}

async function textUpTo(limit: number, copy: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of copy.body ?? []) {
    size += (chunk as Uint8Array).byteLength;
    if (size > limit) break;
    text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text;
}
