// Writes what the agent itself would install, the unit and the commented agent.env.yml, into a staged root folder.
import { writeFileSync } from 'node:fs';
import { configTemplate } from '../../agent/dist/config/template.js';
import { UNIT, unit } from '../../agent/dist/install/unit.js';

const root = process.argv[2];
writeFileSync(`${root}/opt/scout-agent/share/agent.env.yml`, configTemplate());
writeFileSync(
  `${root}/usr/lib/systemd/system/${UNIT}`,
  unit({
    interpreter: '/opt/scout-agent/bin/node',
    program: '/opt/scout-agent/lib/node_modules/scout-agent/dist/cli.js',
    config: undefined,
  }),
);
