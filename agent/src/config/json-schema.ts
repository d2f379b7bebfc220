import * as z from 'zod';
import { agentSchema } from './schema.js';

/** Text that is known only after substitution can't be judged by an editor. */
const REFERENCE = { type: 'string', pattern: '\\$\\{(env|file):' };

/** The JSON Schema by which an editor completes and checks agent.env.yml; draft 7, which all of them know. */
export function configJsonSchema(): object {
  return {
    ...z.toJSONSchema(agentSchema, {
      io: 'input',
      target: 'draft-7',
      override: ({ jsonSchema, path }) => {
        const { type, enum: names, pattern, ...rest } = jsonSchema;
        if ((names === undefined && pattern === undefined) || path.at(-1) === 'propertyNames') return;
        const judged = names === undefined ? { type, pattern } : { type, enum: names };
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        Object.assign(jsonSchema, rest, { anyOf: [judged, REFERENCE] });
      },
    }),
    title: 'agent.env.yml of scout-agent',
  };
}
