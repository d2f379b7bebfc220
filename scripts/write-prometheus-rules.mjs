// Writes deploy/prometheus/scout-tcp.rules.yml from the built agent; run it after `npm run build`.
import { mkdir, writeFile } from 'node:fs/promises';
import { prometheusRules } from '../agent/dist/alerts/prometheus/rule-file.js';
import { DEFAULT_ALERTS } from '../agent/dist/alerts/settings.js';

const target = new URL('../deploy/prometheus/scout-tcp.rules.yml', import.meta.url);
await mkdir(new URL('.', target), { recursive: true });
await writeFile(target, prometheusRules(DEFAULT_ALERTS, 10_000));
