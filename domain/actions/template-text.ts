import { z } from 'zod';
import { templateFault } from '../templates.ts';

/** Text with well-formed variables; whether they are known is seen when it runs. */
export const templateText = z.string().superRefine((text, context) => {
  const fault = templateFault(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});
