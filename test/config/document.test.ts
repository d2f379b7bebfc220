// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of references in agent.env.yml
import { expect, test } from 'vitest';
import * as z from 'zod';
import { readDocument } from '../../src/config/document.js';

const schema = z.strictObject({
  name: z.string('must be text'),
  peer: z.strictObject({ address: z.string('must be text') }).optional(),
});

async function read(text: string) {
  return readDocument({ file: '/etc/some.yml', bytes: Buffer.from(text) }, { schema, env: { HOST: 'a' } });
}

test('a key that is missing is told at the section that lacks it', async () => {
  expect((await read('peer:\n  {}\n')).problems).toEqual([
    { source: '/etc/some.yml', line: 1, column: 1, message: 'name is missing; it must be text' },
    { source: '/etc/some.yml', line: 1, column: 1, message: 'peer.address is missing; it must be text' },
  ]);
});

test('every value has its origin', async () => {
  const document = await read('name: x\npeer:\n\n  address: ${env:HOST}:${env:PORT:-1}\n');
  expect(document.value).toEqual({ name: 'x', peer: { address: 'a:1' } });
  expect(document.origin(['name'])).toEqual({ line: 1, references: [] });
  expect(document.origin(['peer', 'address'])).toEqual({
    line: 4,
    references: ['${env:HOST}', '${env:PORT}'],
  });
  expect(document.origin(['peer', 'port'])).toBeUndefined();
  expect(document.origin(['name', 'first'])).toBeUndefined();
});
