import {
  boolCoreTag,
  EVENT_ID,
  type Event,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
} from 'js-yaml';

/** A YAML value that knows where it stands; offsets count UTF-16 code units from the start of the text. */
export type ConfigNode = ScalarNode | ListNode | MappingNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly offset: number;
  /** After substitution, where there was any. */
  value: string | number | boolean | null;
  /** The text as it stands in the file, quotes and escapes resolved. */
  readonly written: string;
  /** The references that were replaced in it, such as `${env:NAME}`, without their defaults. */
  references: readonly string[];
  /** Already reported: a value that could not be substituted is not judged as well. */
  faulty: boolean;
}

export interface ListNode {
  readonly kind: 'list';
  readonly offset: number;
  readonly items: ConfigNode[];
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly offset: number;
  readonly entries: Map<string, { readonly keyOffset: number; readonly node: ConfigNode }>;
}

/** A mistake at a place in the text. */
export interface TextProblem {
  readonly offset: number;
  readonly message: string;
}

export interface Tree {
  /** `undefined` for a file without content. */
  readonly root: ConfigNode | undefined;
  readonly problems: TextProblem[];
}

/**
 * Composes one YAML document from the parser's events. js-yaml's own constructor gives values without
 * positions and stops at its first complaint; this one keeps both keys of a duplicate and goes on.
 *
 * @throws YAMLException for text that isn't YAML
 */
export function composeTree(text: string): Tree {
  const composer = new Composer(text, parseEvents(text, {}));
  return { root: composer.document(), problems: composer.problems };
}

class Composer {
  readonly problems: TextProblem[] = [];
  readonly #text: string;
  readonly #events: Event[];
  #next = 0;
  /** Just behind what was last composed: an empty value has no place of its own. */
  #end = 0;

  constructor(text: string, events: Event[]) {
    this.#text = text;
    this.#events = events;
  }

  document(): ConfigNode | undefined {
    const first = this.#events[this.#next++];
    if (first?.type !== EVENT_ID.DOCUMENT) return undefined;
    const root = this.#node(0);
    this.#next++;
    const second = this.#events[this.#next];
    if (second !== undefined) {
      const markers = [...this.#text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)].map((match) => match.index);
      const offset = markers.find((marker) => marker >= this.#end) ?? this.#end;
      this.#report(offset, 'a second YAML document starts here; the file holds one');
    }
    return root;
  }

  #node(emptyOffset: number): ConfigNode {
    const event = this.#events[this.#next++];
    switch (event?.type) {
      case EVENT_ID.MAPPING:
        this.#refuseProperties(event);
        return this.#mapping(event.start);
      case EVENT_ID.SEQUENCE:
        this.#refuseProperties(event);
        return this.#list(event.start);
      case EVENT_ID.SCALAR:
        this.#refuseProperties(event);
        return this.#scalar(event, emptyOffset);
      case EVENT_ID.ALIAS: {
        const offset = event.anchorStart - 1;
        this.#end = event.anchorEnd;
        this.#report(offset, `aliases are not used in this file; ${quoteIt('*')}`);
        return { kind: 'scalar', offset, value: null, written: '', references: [], faulty: true };
      }
      default:
        throw new Error('the event stream ended inside a node');
    }
  }

  #mapping(offset: number): MappingNode {
    const entries: MappingNode['entries'] = new Map();
    while (!this.#pop()) {
      const key = this.#node(this.#end);
      const node = this.#node(key.offset);
      if (key.kind !== 'scalar') this.#report(key.offset, 'a key must be text');
      else if (key.faulty) continue;
      else if (key.written === '__proto__') this.#report(key.offset, 'the key __proto__ is not allowed');
      else {
        const earlier = entries.get(key.written);
        if (earlier === undefined) entries.set(key.written, { keyOffset: key.offset, node });
        else {
          const { line } = positionOf(this.#text, earlier.keyOffset);
          const name = quote(key.written);
          this.#report(
            key.offset,
            `duplicate key ${name}; it stands on line ${line} already; keep one of them`,
          );
        }
      }
    }
    return { kind: 'mapping', offset, entries };
  }

  #list(offset: number): ListNode {
    const items: ConfigNode[] = [];
    let dash = offset;
    while (!this.#pop()) {
      items.push(this.#node(dash));
      dash = this.#nextDash() ?? offset;
    }
    return { kind: 'list', offset, items };
  }

  #nextDash(): number | undefined {
    const pattern = /["'\]}]*(?:\s|#[^\n]*\n)*-/y;
    pattern.lastIndex = this.#end;
    return pattern.test(this.#text) ? pattern.lastIndex - 1 : undefined;
  }

  #scalar(event: ScalarEvent, emptyOffset: number): ScalarNode {
    const written = getScalarValue(this.#text, event);
    const empty = event.valueStart === -1;
    const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    this.#end = empty ? Math.max(this.#end, emptyOffset + 1) : event.valueEnd;
    const offset = empty ? emptyOffset : event.valueStart - (quoted ? 1 : 0);
    const value = event.style === SCALAR_STYLE.PLAIN ? resolvePlain(written) : written;
    return { kind: 'scalar', offset, value, written, references: [], faulty: false };
  }

  #pop(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false;
    this.#next++;
    return true;
  }

  #refuseProperties({ anchorStart, tagStart }: { anchorStart: number; tagStart: number }): void {
    if (anchorStart !== -1) {
      this.#report(anchorStart - 1, `anchors are not used in this file; ${quoteIt('&')}`);
    }
    if (tagStart !== -1) this.#report(tagStart, `tags are not used in this file; ${quoteIt('!')}`);
  }

  #report(offset: number, message: string): void {
    this.problems.push({ offset, message });
  }
}

function quoteIt(character: string): string {
  return `a value that begins with ${character} must stand in quotes`;
}

/** YAML 1.2's core schema, so that `yes` and `on` stay text and 010 is ten. */
function resolvePlain(text: string): ScalarNode['value'] {
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    const value = tag.resolve(text, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
}

/** Text of a file as it may be shown on a terminal: quoted, short, and without control characters. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(short).replaceAll(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Line and column, from 1, of an offset. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1) as string).length + 1 };
}
