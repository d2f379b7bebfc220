import * as z from 'zod';
import { DURATION_PATTERN, nearDuration, parseDuration } from './duration.js';

/**
 * A duration in a file, in milliseconds once read.
 *
 * @param form what is allowed, in words
 * @param meta of the text, not of the milliseconds
 * @param ofNumber what is said of a number, which lacks its unit; `form` where absent
 */
export function durationField(
  least: number,
  most: number,
  form: string,
  meta: z.GlobalMeta & { readonly default?: string; readonly examples: string[] },
  ofNumber: (bare: number) => string = () => form,
) {
  const isIn = (text: string) => {
    const millis = parseDuration(text);
    return millis !== undefined && millis >= least && millis <= most;
  };
  return z
    .string({ error: ({ input }) => (typeof input === 'number' ? ofNumber(input) : form) })
    .superRefine((text, context) => {
      if (isIn(text)) return;
      const hint = nearDuration(text);
      const params = hint !== undefined && isIn(hint) ? { hint } : {};
      context.addIssue({ code: 'custom', message: form, params });
    })
    .meta({ ...meta, pattern: DURATION_PATTERN.source })
    .transform((text) => Math.round(parseDuration(text) as number));
}
