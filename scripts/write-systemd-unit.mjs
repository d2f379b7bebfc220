// Writes deploy/systemd/scout-agent.service from the built agent; run it after `npm run build`.
import { mkdir, writeFile } from 'node:fs/promises';
import { unit } from '../agent/dist/install/unit.js';

const target = new URL('../deploy/systemd/scout-agent.service', import.meta.url);
await mkdir(new URL('.', target), { recursive: true });
await writeFile(
  target,
  unit({
    interpreter: '/usr/bin/node',
    program: '/opt/scout-agent/agent/dist/cli.js',
    config: undefined,
  }),
);
