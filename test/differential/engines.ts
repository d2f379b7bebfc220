import type { TestProject } from 'vitest/node';
import { buildEngines } from '../stack/engines/build.js';

/** For the tests of this folder and of `../rules`: once for all test files. */
export default function setup(project: TestProject): void {
  project.provide('engines', buildEngines('prometheus', 'rule-replay'));
}
