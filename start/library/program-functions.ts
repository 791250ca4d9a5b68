import { readMetadata } from '../../domain/functions/function-metadata.ts';
import type { LoadedFunction } from '../../worker/functions/load-functions.ts';
import type { SchedulerOptions } from './scheduler.ts';

/** The functions of a program as the worker serves those of files. Throws with the key of a faulty one. */
export function programFunctions(given: SchedulerOptions['functions']): LoadedFunction[] {
  return Object.entries(given ?? {}).map(([key, one]) => {
    const exported = {
      ...(one.nameEn !== undefined && { name_en: one.nameEn }),
      ...(one.nameAr !== undefined && { name_ar: one.nameAr }),
      ...(one.descriptionEn !== undefined && { description_en: one.descriptionEn }),
      ...(one.descriptionAr !== undefined && { description_ar: one.descriptionAr }),
    };
    try {
      return { metadata: readMetadata(exported, key), run: (context) => one.run(context) };
    } catch (error) {
      throw new Error(`The function "${key}" can't be used: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}
