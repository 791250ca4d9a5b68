import { placeOf } from './place.js';

const PART = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const NAMELESS = /^(utils?|helpers?|common|shared|types?|misc|managers?)$|-(utils?|helpers?|manager)$/;

/** ESLint rule `arrows/file-name`: kebab-case after the main export, and no drawer that takes anything (DESIGN section 7). */
export const fileName = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      kebab: '"{{part}}" is not kebab-case: name the file after its main export (`fireTimes` → fire-times.ts).',
      nameless:
        '"{{part}}" says nothing about what belongs in it, so that everything will: name it after the one thing that it holds (the noun of its main export), or split it.',
    },
  },
  create(context) {
    const place = placeOf(context.filename);
    return {
      Program(node) {
        for (const part of (place ?? '').split('/').flatMap((name) => name.split('.'))) {
          if (part === '') continue;
          if (!PART.test(part)) context.report({ node, messageId: 'kebab', data: { part } });
          else if (NAMELESS.test(part)) context.report({ node, messageId: 'nameless', data: { part } });
        }
      },
    };
  },
};
