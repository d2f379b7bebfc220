/** What a reader may ask of the history, and what is wrong with a question. */
import { nearest } from 'opentelemetry-instrumentation-tcp-connections/config';
import * as z from 'zod';
import { parseDate } from '../date.js';
import type { Range } from '../history/query.js';

export interface Question extends Range {
  readonly points: number;
  readonly name: readonly string[] | undefined;
}

/** Another than this has no meaning to a database, a date or both. */
const LAST_TIME = Date.parse('9999-12-31T23:59:59Z');
const DAY = 86_400_000;

const TIME_FORM = 'must be milliseconds since 1970, or a date such as 2026-01-31T12:00, in UTC';
const POINTS_FORM = 'must be a whole number from 1 to 2000';

const time = z
  .string()
  .transform((text) => (/^\d{1,15}$/.test(text) ? Number(text) : (parseDate(text) ?? -1)))
  .refine((millis) => millis >= 0 && millis <= LAST_TIME, TIME_FORM);

const points = z
  .string()
  .regex(/^\d{1,4}$/, POINTS_FORM)
  .transform(Number)
  .refine((points) => points >= 1 && points <= 2_000, POINTS_FORM);

const once = <T extends z.ZodType<unknown, string>>(value: T) =>
  z
    .array(z.string())
    .length(1, 'must be given once')
    .transform(([text]) => text as string)
    .pipe(value)
    .optional();

const fields = {
  from: once(time),
  to: once(time),
  points: once(points),
  name: z.array(z.string()).max(20, 'may be given 20 times').optional(),
};

const question = z.strictObject(fields, {
  error: ({ code, keys }) => (code === 'unrecognized_keys' ? unknown(keys as string[]) : undefined),
});

/**
 * Reads the parameters of a request: by default the last 24 hours, in at most 500 buckets, of all metrics.
 * @throws {QuestionError} with every mistake
 */
export function readQuestion(parameters: Readonly<Record<string, string[]>>): Question {
  const read = question.safeParse(parameters);
  if (!read.success)
    throw new QuestionError(
      read.error.issues.map(({ path, message }) => [path[0], message].filter(Boolean).join(' ')).join('; '),
    );
  const { to = Date.now(), from = Math.max(0, to - DAY), points = 500, name } = read.data;
  if (from >= to) throw new QuestionError('from must be before to');
  return { from, to, points, name };
}

/** What is wrong with a question, in a sentence. */
export class QuestionError extends Error {}

function unknown(keys: readonly string[]): string {
  const allowed = Object.keys(fields);
  return keys
    .map((key) => {
      const meant = nearest(key, allowed);
      return `unknown parameter ${JSON.stringify(key)}; allowed: ${allowed.join(', ')}${meant ? `; did you mean ${meant}?` : ''}`;
    })
    .join('; ');
}
