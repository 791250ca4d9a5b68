import { readFileSync } from 'node:fs';

/** What the document prints in place of a host and a key of one's own. */
const PRINTED = { host: 'https://api.example.com', key: 'your_api_key' };

/** The program that tasks.txt, Client SDKs, prints for a language, with host and key replaced and nothing else. */
export function printedProgram(language: 'python' | 'javascript' | 'java', own: { host: string; key: string }): string {
  const text = readFileSync(new URL(`printed/${language}.txt`, import.meta.url), 'utf8');
  for (const printed of Object.values(PRINTED)) {
    if (text.split(printed).length !== 2) throw new Error(`printed/${language}.txt does not name ${printed} once`);
  }
  return text.replace(PRINTED.host, own.host).replace(PRINTED.key, own.key);
}

/** The programs of a README's tour (fenced as "```python tour"), with the service's address replaced. */
export function tourPrograms(readme: URL, fence: string, host: string): string[] {
  const blocks = readFileSync(readme, 'utf8').matchAll(new RegExp(`^\`\`\`${fence}\\n(.*?)^\`\`\``, 'gms'));
  return [...blocks].map(([, program = '']) => program.replaceAll('http://127.0.0.1:8008', host));
}
