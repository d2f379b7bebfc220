/** What judges the manifests, built once for all test files. */
import type { TestProject } from 'vitest/node';
import { buildEngines } from '../stack/engines/build.js';

export default function setup(project: TestProject): void {
  project.provide('engines', buildEngines('kustomize', 'kubernetes-validate', 'pod-security'));
}
