/** `install`: what it writes, what it keeps, and what it refuses. */
import { chmod, mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configTemplate } from '../../src/config/index.js';
import { PROCESSES_PATH } from '../../src/install/processes.js';
import { PACKAGED_UNIT_PATH, UNIT_PATH, unit } from '../../src/install/unit.js';
import { scratchFolder } from '../support/scout-agent.js';
import { NODE, onHost, PROGRAM } from './host.js';

const CONFIG_PATH = '/opt/scout-agent/agent.env.yml';
const INSTALLED = unit({ interpreter: NODE, program: PROGRAM, config: undefined });
const ROOTS_HOME = '/root';
const INTO = 'scout_agent install --root "$1"';

const filesBelow = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .sort();

describe.concurrent('into an empty root folder', () => {
  test('it writes the unit and a commented agent.env.yml, for all to read whatever the umask', async (t) => {
    const root = await scratchFolder(t);
    const { code, stdout, stderr } = await onHost(t, `umask 077; ${INTO}`, root);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await filesBelow(root)).toEqual([UNIT_PATH, CONFIG_PATH]);
    expect(await readFile(join(root, UNIT_PATH), 'utf8')).toBe(INSTALLED);
    expect(await readFile(join(root, CONFIG_PATH), 'utf8')).toBe(configTemplate());
    for (const path of [UNIT_PATH, CONFIG_PATH])
      expect((await stat(join(root, path))).mode & 0o777).toBe(0o644);
    expect((await stat(join(root, '/opt/scout-agent'))).mode & 0o777).toBe(0o755);
    expect(stdout).toBe(`${root}${CONFIG_PATH}: written\n${root}${UNIT_PATH}: written\n`);
  });

  test('it names the program as the target sees it, where it lies in that folder itself', async (t) => {
    const root = await scratchFolder(t);
    const { code, stderr } = await onHost(
      t,
      `mount -t tmpfs none "$1"; place_program "$1/usr/lib/scout"; place_node "$1/usr/lib/node"
       "$1/usr/lib/node" "$1/usr/lib/scout/agent/dist/cli.js" install --root "$1" >&2
       cat "$1${UNIT_PATH}"; exit 7`,
      root,
    ).then(({ stdout, ...rest }) => {
      expect(stdout).toContain('\nExecStart=/usr/lib/node /usr/lib/scout/agent/dist/cli.js run\n');
      return rest;
    });
    expect({ code, stderr: stderr.split('\n').length }).toEqual({ code: 7, stderr: 3 });
  });

  test('--config is where the file goes, and the unit names it', async (t) => {
    const root = await scratchFolder(t);
    const { code } = await onHost(t, `${INTO} --config /etc/scout.yml`, root);
    expect(code).toBe(0);
    expect(await filesBelow(root)).toEqual(['/etc/scout.yml', UNIT_PATH]);
    expect(await readFile(join(root, UNIT_PATH), 'utf8')).toContain(
      `\nExecStart=${NODE} ${PROGRAM} run --config /etc/scout.yml\n`,
    );
  });

  test('--dry-run prints both files and writes nothing', async (t) => {
    const root = await scratchFolder(t);
    const { code, stdout, stderr } = await onHost(t, `${INTO} --dry-run`, root);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${root}${UNIT_PATH}: to be written\n\n${INSTALLED}`);
    expect(stdout).toContain(`${root}${CONFIG_PATH}: to be written\n\n${configTemplate()}`);
    expect(await readdir(root)).toEqual([]);
  });
});

describe.concurrent('over what is there', () => {
  test('nothing changes the second time, and that is said', async (t) => {
    const root = await scratchFolder(t);
    await onHost(t, INTO, root);
    const inodes = () =>
      Promise.all([UNIT_PATH, CONFIG_PATH].map(async (path) => (await stat(join(root, path))).ino));
    const before = await inodes();
    const { code, stdout } = await onHost(t, INTO, root);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${root}${CONFIG_PATH}: there already, unchanged\n${root}${UNIT_PATH}: there already, unchanged\n`,
    );
    expect(await inodes()).toEqual(before);
    expect(await filesBelow(root)).toEqual([UNIT_PATH, CONFIG_PATH]);
  });

  test('an edited unit is replaced, and each one before keeps a name of its own', async (t) => {
    const root = await scratchFolder(t);
    const path = join(root, UNIT_PATH);
    await onHost(t, INTO, root);
    for (const [edited, copy] of [
      ['# mine\n', '.bak'],
      ['# mine too\n', '.bak2'],
    ] as const) {
      await writeFile(path, edited);
      const { stdout } = await onHost(t, INTO, root);
      expect(stdout).toContain(`${path}: replaced; the one before is ${path}${copy}\n`);
      expect(await readFile(path, 'utf8')).toBe(INSTALLED);
      expect(await readFile(path + copy, 'utf8')).toBe(edited);
    }
    expect(await readFile(`${path}.bak`, 'utf8')).toBe('# mine\n');
    expect(await filesBelow(root)).toEqual([UNIT_PATH, `${UNIT_PATH}.bak`, `${UNIT_PATH}.bak2`, CONFIG_PATH]);
  });

  test("a package's unit is left alone where it starts this program, and gets the drop-in all the same", async (t) => {
    const root = await scratchFolder(t);
    const path = join(root, PACKAGED_UNIT_PATH);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, INSTALLED);
    const { code, stdout } = await onHost(t, `${INTO} --processes`, root);
    expect(code).toBe(0);
    expect(stdout).toContain(`${path}: there already, unchanged\n`);
    expect(await filesBelow(root)).toEqual([PROCESSES_PATH, CONFIG_PATH, PACKAGED_UNIT_PATH]);

    await writeFile(
      path,
      unit({ interpreter: '/usr/bin/node', program: '/srv/other.js', config: undefined }),
    );
    await onHost(t, INTO, root);
    expect(await readFile(join(root, UNIT_PATH), 'utf8')).toBe(INSTALLED);
  });

  test('an edited agent.env.yml is kept', async (t) => {
    const root = await scratchFolder(t);
    const path = join(root, CONFIG_PATH);
    await onHost(t, INTO, root);
    await writeFile(path, 'metrics: [tcp_states]\n');
    const { code, stdout } = await onHost(t, INTO, root);
    expect(code).toBe(0);
    expect(stdout).toContain(`${path}: there already with a text of its own, kept\n`);
    expect(await readFile(path, 'utf8')).toBe('metrics: [tcp_states]\n');
    expect(await filesBelow(root)).toEqual([UNIT_PATH, CONFIG_PATH]);
  });

  test('--dry-run says what would become of an edited unit, and leaves it', async (t) => {
    const root = await scratchFolder(t);
    await onHost(t, INTO, root);
    await writeFile(join(root, UNIT_PATH), '# mine\n');
    const { stdout } = await onHost(t, `${INTO} --dry-run`, root);
    expect(stdout).toContain(`${root}${UNIT_PATH}: to be replaced, and the present one kept as a copy\n`);
    expect(stdout).toContain(`${root}${CONFIG_PATH}: there already, unchanged\n`);
    expect(await readFile(join(root, UNIT_PATH), 'utf8')).toBe('# mine\n');
    expect(await filesBelow(root)).toEqual([UNIT_PATH, CONFIG_PATH]);
  });
});

describe.concurrent('what the service could not see is refused with the reason, and nothing is written', () => {
  test.for([
    [
      'an interpreter under a home folder',
      'place_node /home/ann/node; /home/ann/node "$PROGRAM" install --root "$1"',
      [
        /^ {2}\/home\/ann\/node is under \/home, which the hardened unit can't see \(ProtectHome=yes\); install Node under/m,
      ],
    ],
    [
      'a program under a home folder',
      `place_program /home/ann/agent; ${NODE} /home/ann/agent/agent/dist/cli.js install --root "$1"`,
      [/^ {2}\/home\/ann\/agent\/agent\/dist\/cli\.js is under \/home, .*; move the program under/m],
    ],
    [
      'both, and a file there',
      `place_program /home/ann/agent; place_node /home/ann/node
       /home/ann/node /home/ann/agent/agent/dist/cli.js install --root "$1" -c ${ROOTS_HOME}/agent.env.yml`,
      [
        / {2}\/home\/ann\/node /,
        / {2}\/home\/ann\/agent\/.*cli\.js /,
        new RegExp(` {2}${ROOTS_HOME}/agent\\.env\\.yml is under ${ROOTS_HOME}`),
      ],
    ],
    [
      'a program under /tmp',
      `mount -t tmpfs none /var/tmp; place_program /var/tmp/agent
       ${NODE} /var/tmp/agent/agent/dist/cli.js install --root "$1"`,
      [/is under \/var\/tmp, which the hardened unit can't see \(PrivateTmp=yes\)/],
    ],
    [
      'a link to a program under a home folder',
      `place_program /home/ann/agent; ln -s /home/ann/agent/agent/dist/cli.js /opt/scout-agent.js
       ${NODE} /opt/scout-agent.js install --root "$1"`,
      [/\/home\/ann\/agent\/agent\/dist\/cli\.js is under \/home/],
    ],
  ] as const)('%s', async ([, script, reasons], t) => {
    const root = await scratchFolder(t);
    const { code, stdout, stderr } = await onHost(t, `PROGRAM=${PROGRAM}; ${script}`, root);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^scout-agent: the service could not start:\n/);
    for (const reason of reasons) expect(stderr).toMatch(reason);
    expect(await readdir(root)).toEqual([]);
  });

  test("a program below a folder that is its owner's alone", async (t) => {
    const { code, stdout, stderr } = await onHost(
      t,
      'chmod 700 /opt/scout-agent; scout_agent install && exit 3 || code=$?; ls -A /etc; exit $code',
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /can't be reached by the service's user: \/opt\/scout-agent has the mode 0700; move the program/,
    );
  });

  test('an agent.env.yml that only root can read', async (t) => {
    const root = await scratchFolder(t);
    await onHost(t, INTO, root);
    await chmod(join(root, CONFIG_PATH), 0o600);
    const { code, stderr } = await onHost(t, INTO, root);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /agent\.env\.yml can't be read by the service's user: .* has the mode 0600; .*change its mode/,
    );
  });
});

describe.concurrent('where it can not write it says which file, why, and how to mend it', () => {
  const INSTALL = `${NODE} ${PROGRAM} install --root "$1"`;

  test.for([
    [
      'a file system that is mounted read-only',
      `mkdir "$1/etc"; mount -t tmpfs -o ro none "$1/etc"; ${INSTALL}`,
      UNIT_PATH,
      'ROOT/etc is on a file system that is mounted read-only; mount it writable, and install again',
    ],
    [
      "a folder that is not this user's to write to",
      `mkdir -m 555 "$1/etc"; setpriv --bounding-set=-all ${INSTALL}`,
      UNIT_PATH,
      'user 0 may not write to ROOT/etc (EACCES); change its owner, mode or attributes (lsattr), or use sudo',
    ],
    [
      'a file where a folder belongs',
      `touch "$1/etc"; chmod 755 "$1/etc"; ${INSTALL} --config /etc/scout.yml`,
      '/etc/scout.yml',
      'ROOT/etc is not a folder; move it away, and install again',
    ],
  ] as const)('%s: nothing is written', async ([, script, path, reason], t) => {
    const root = await scratchFolder(t);
    const { code, stdout, stderr } = await onHost(t, script, root);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const message = `${root}${path} can't be written: ${reason.replace('ROOT', root)}`;
    expect(stderr).toBe(`scout-agent: ${message}\n`);
    expect((await filesBelow(root)).filter((file) => file !== '/etc')).toEqual([]);
  });

  test.for([
    ['without a unit', '', ''],
    [
      'with a unit that was edited',
      `mkdir -p "$1/etc/systemd/system"; echo mine >"$1${UNIT_PATH}";`,
      'scout-agent.service\n',
    ],
  ] as const)(
    'a file system that is full, %s: nothing of its own is left there',
    async ([, before, left], t) => {
      const root = await scratchFolder(t);
      const { code, stdout, stderr } = await onHost(
        t,
        `mkdir "$1/etc"; mount -t tmpfs -o size=8k none "$1/etc"; ${before}
       dd if=/dev/zero of="$1/etc/full" status=none || true
       ${INSTALL} && exit 3 || code=$?; ls -A "$1/etc/systemd/system"; exit $code`,
        root,
      );
      expect({ code, stdout }).toEqual({ code: 1, stdout: `${root}${CONFIG_PATH}: written\n${left}` });
      expect(stderr).toContain(
        `scout-agent: ${root}${UNIT_PATH} can't be written: the file system of ${root}/etc/systemd/system is full; make room, and install again\n`,
      );
    },
  );
});

test.concurrent('a masked unit is refused with the way to unmask it, and stays', async (t) => {
  const root = await scratchFolder(t);
  const { code, stdout, stderr } = await onHost(
    t,
    `mkdir -p "$1/etc/systemd/system"; ln -s /dev/null "$1${UNIT_PATH}"; ${INTO}`,
    root,
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    `scout-agent: ${root}${UNIT_PATH} is masked, so that nothing starts the service; to install it: sudo systemctl --root=${root} unmask scout-agent.service\n`,
  );
  expect(await readlink(join(root, UNIT_PATH))).toBe('/dev/null');
  expect(await filesBelow(root)).toEqual([]);

  const host = await onHost(
    t,
    `mkdir -p /etc/systemd/system; ln -s /dev/null ${UNIT_PATH}; scout_agent install`,
  );
  expect(host.code).toBe(1);
  expect(host.stderr).toContain('to install it: sudo systemctl unmask scout-agent.service\n');
});

test.concurrent("check of the service's file says what is the shell's alone; of another file it has no need to", async (t) => {
  const { code, stdout } = await onHost(
    t,
    `scout_agent install >/dev/null
     export OTEL_EXPORTER_OTLP_ENDPOINT=http://shell:4318 OTEL_METRICS_EXPORTER=otlp LEVEL=debug HOME=/home
     echo 'resource: {level: "\${env:LEVEL}"}' >${CONFIG_PATH}
     scout_agent check; echo ---; scout_agent init /etc/other.yml >/dev/null; scout_agent check -c /etc/other.yml`,
  );
  expect(code).toBe(0);
  const [service, other] = stdout.split('---');
  expect(service).toContain(
    '# of this shell, not of the service: LEVEL (resource.level), OTEL_EXPORTER_OTLP_ENDPOINT (otlp.endpoint), HOME (history.directory), OTEL_METRICS_EXPORTER; the service has',
  );
  expect(other).toContain('http://shell:4318');
  expect(other).not.toContain('of this shell');
});

describe.concurrent('on the host itself', () => {
  test('where systemd does not run nothing is enabled, and the next step is told', async (t) => {
    const { code, stdout, stderr } = await onHost(t, `scout_agent install; cat ${UNIT_PATH}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${CONFIG_PATH}: written\n${UNIT_PATH}: written\n`);
    expect(stdout).toContain('systemd is not running here, so nothing was enabled');
    expect(stdout).toContain('check && sudo systemctl restart scout-agent\n');
    expect(stdout).toContain(INSTALLED);
  });

  test.for(['install', 'uninstall'])(
    '%s asks for root where it is not, and does nothing',
    async (command, t) => {
      // A user namespace without a map: the user is nobody.
      const { code, stdout, stderr } = await onHost(
        t,
        `unshare -U ${NODE} ${PROGRAM} ${command} && exit 3 || code=$?; ls -A /etc; exit $code`,
      );
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        new RegExp(`^scout-agent: ${command} writes to .* needs root: sudo node .*cli\\.js ${command}\n$`),
      );
    },
  );

  test('--dry-run needs no root', async (t) => {
    const { code, stdout } = await onHost(
      t,
      `unshare -U ${NODE} ${PROGRAM} install --dry-run; ls -A /etc >&2`,
    );
    expect(code).toBe(0);
    expect(stdout).toContain(`${UNIT_PATH}: to be written\n\n${INSTALLED}`);
  });
});
