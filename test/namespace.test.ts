import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { namespaceRefusal } from './support/namespace.js';

const refusal = namespaceRefusal();

describe.skipIf(refusal)(`a namespace${refusal ? ` (${refusal})` : ''}`, () => {
  test('ends with the process that opened it, however that ends', async () => {
    const module = new URL('../build/test/support/namespace.js', import.meta.url).href;
    const script = `
      import { openNamespace } from ${JSON.stringify(module)};
      const { pid, proc } = await openNamespace({ ipv4: 3, ipv6: { halfClosed: 1 } });
      console.log(JSON.stringify({ pid, proc }));
    `;
    const opener = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const [line] = await once(createInterface(opener.stdout), 'line');
    const { pid, proc } = JSON.parse(line);
    expect(existsSync(`${proc}/1/net/tcp`)).toBe(true);

    opener.kill('SIGKILL');
    await once(opener, 'close');
    while (existsSync(`/proc/${pid}`) || existsSync(proc)) await setTimeout(20);
  });
});

describe('where a namespace is refused', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('the reason is given', () => {
    vi.stubEnv('CI', undefined);
    vi.stubEnv('PATH', '/nowhere');
    expect(namespaceRefusal()).toBe(
      "no private network namespace: unshare can't be run (spawnSync unshare ENOENT)",
    );
  });

  test('CI fails', () => {
    vi.stubEnv('CI', 'true');
    vi.stubEnv('PATH', '/nowhere');
    expect(namespaceRefusal).toThrow('no private network namespace');
  });
});
