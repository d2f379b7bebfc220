import { join } from 'node:path';
import type { ViteUserConfig } from 'vitest/config';

type Reporters = NonNullable<NonNullable<ViteUserConfig['test']>['reporters']>;

/** What Vitest prints, and, where CI asks for it by TEST_REPORTS, a JSON report to add up. */
export function reporters(name: string): Reporters {
  const folder = process.env.TEST_REPORTS;
  return folder === undefined
    ? ['default']
    : ['default', ['json', { outputFile: join(folder, `${name}.json`) }]];
}
