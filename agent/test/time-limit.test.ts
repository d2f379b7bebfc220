import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { timeLimit } from '../src/time-limit.js';
import { hangs, startReceiver } from './notify/http-receiver.js';

setFlagsFromString('--expose-gc');
const sweep = runInNewContext('gc') as () => void;

const never = new AbortController().signal;

test('ends a request that is not answered, though memory is swept', async (t) => {
  const { url } = await startReceiver(t, hangs);
  const sent = get(url, { signal: timeLimit(500, never).signal });
  setTimeout(sweep, 100);
  await expect(once(sent, 'response')).rejects.toMatchObject({ cause: { name: 'TimeoutError' } });
});

test('ends with the other signal, also where that has ended before', async () => {
  const other = new AbortController();
  const limit = timeLimit(60_000, other.signal);
  expect(limit.signal.aborted).toBe(false);
  other.abort(new Error('the agent stops'));
  expect(limit.signal.reason).toEqual(new Error('the agent stops'));
  expect(timeLimit(60_000, other.signal).signal.reason).toEqual(new Error('the agent stops'));
  limit.clear();
});

test('ends no more once it is cleared', async () => {
  const other = new AbortController();
  const limit = timeLimit(10, other.signal);
  limit.clear();
  other.abort();
  await wait(50);
  expect(limit.signal.aborted).toBe(false);
});
