/** Both engines fire in the same evaluations: the scenarios that hold each of the engine's paths. */
import { test } from 'vitest';
import { batches } from './compare.js';
import { CI_SCENARIOS } from './scenarios.js';

test.concurrent.for(batches(CI_SCENARIOS))('$name', ({ compare }, { expect }) => compare(expect));
