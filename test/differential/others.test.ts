/** Both engines fire in the same evaluations: all other scenarios. */
import { test } from 'vitest';
import { batches } from './compare.js';
import { CI_SCENARIOS, SCENARIOS } from './scenarios.js';

const others = SCENARIOS.filter((scenario) => !CI_SCENARIOS.includes(scenario));

test.concurrent.for(batches(others))('$name', ({ compare }, { expect }) => compare(expect));
