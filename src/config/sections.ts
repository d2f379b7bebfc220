import * as z from 'zod';
import { METRIC_NAMES } from '../metrics/names.js';
import { isProcPath, normalizeProcPath, PROC_FORM } from './proc.js';

const LIST_FORM = 'write\n  metrics:\n    - tcp_connections';

const metrics = z
  .array(z.enum(METRIC_NAMES), `must be a list of names; ${LIST_FORM}`)
  .min(1, `is an empty list; ${LIST_FORM}`)
  .superRefine(
    (names, context) => {
      for (const [index, name] of names.entries()) {
        if (METRIC_NAMES.includes(name) && names.indexOf(name) < index) {
          context.addIssue({ code: 'custom', path: [index], message: 'is listed twice; remove one of them' });
        }
      }
    },
    // A list with a misspelt name is searched for repetitions all the same: every mistake is told at once.
    { when: ({ value }) => Array.isArray(value) },
  )
  .meta({
    description: 'What is counted and exported.',
    default: ['tcp_connections'],
    uniqueItems: true,
  });

const proc = z
  .string(PROC_FORM)
  .refine(isProcPath, PROC_FORM)
  .meta({
    description:
      'Where the proc file system is mounted; HOST_PROC where absent. In a container that counts its host, /host/proc or the like.',
    default: '/proc',
    examples: ['/host/proc'],
    pattern: '^/',
  })
  .transform(normalizeProcPath);

/** The sections of agent.env.yml that the plugin reads. */
export const pluginSections = { metrics: metrics.optional(), proc: proc.optional() };

/** The sections that only the agent reads; an application knows their names and does not judge them. */
const agentSections = {
  interval: z.unknown().optional(),
  resource: z.unknown().optional(),
  otlp: z.unknown().optional(),
};

export const AGENT_SECTIONS = Object.keys(agentSections);

/** The whole file as an application reads it. */
export const pluginSchema = z.strictObject({ ...pluginSections, ...agentSections });
