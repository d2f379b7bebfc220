import { fileURLToPath } from 'node:url';
import type { Namespace } from '../support/namespace.js';

const GET = fileURLToPath(new URL('inside/get.mjs', import.meta.url));

/** The body of an answer to a request made inside the namespace; rejects where the status isn't 2xx. */
export async function get(namespace: Namespace, url: string): Promise<string> {
  const { stdout } = await namespace.run(process.execPath, [GET, url]);
  return stdout;
}

/** Whether a GET inside the namespace is answered with 2xx. */
export async function getOk(namespace: Namespace, url: string): Promise<boolean> {
  return await get(namespace, url).then(
    () => true,
    () => false,
  );
}
