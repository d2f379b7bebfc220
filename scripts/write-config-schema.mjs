// Writes agent/agent.env.schema.json from the built agent; run it after `npm run build`.
import { writeFile } from 'node:fs/promises';
import { configJsonSchema } from '../agent/dist/config/json-schema.js';

const target = new URL('../agent/agent.env.schema.json', import.meta.url);
await writeFile(target, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
