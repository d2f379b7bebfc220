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
import { positionsIn } from './position.js';

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
  /** Reported already, so that nothing else is said about the value. */
  faulty: boolean;
}

export interface ListNode {
  readonly kind: 'list';
  readonly offset: number;
  readonly items: readonly ConfigNode[];
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly offset: number;
  readonly entries: ReadonlyMap<string, MappingEntry>;
}

export interface MappingEntry {
  readonly keyOffset: number;
  readonly node: ConfigNode;
}

/** A mistake at a place in the text. */
export interface TextProblem {
  readonly offset: number;
  readonly message: string;
}

/**
 * Composes one YAML document from the parser's events. js-yaml's own constructor gives values without
 * positions and stops at its first complaint; this one goes on.
 *
 * @returns `undefined` for a text without content
 * @throws YAMLException for text that isn't YAML
 */
export function composeTree(text: string, problems: TextProblem[]): ConfigNode | undefined {
  return new Composer(text, parseEvents(text, {}), problems).document();
}

class Composer {
  readonly #text: string;
  readonly #events: Event[];
  readonly #problems: TextProblem[];
  readonly #position: ReturnType<typeof positionsIn>;
  #next = 0;
  /** Just behind what was last composed: the place of an empty value, which has none of its own. */
  #end = 0;

  constructor(text: string, events: Event[], problems: TextProblem[]) {
    this.#text = text;
    this.#events = events;
    this.#problems = problems;
    this.#position = positionsIn(text);
  }

  document(): ConfigNode | undefined {
    const first = this.#events[this.#next++];
    if (first === undefined) return undefined;
    const root = this.#node(0);
    this.#next++;
    if (this.#next < this.#events.length) {
      const separator = /^(?:---|\.\.\.)(?=\s|$)/gm;
      separator.lastIndex = this.#end;
      const offset = separator.exec(this.#text)?.index ?? this.#end;
      this.#report(offset, 'a second YAML document begins here; the file may hold one only');
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
        this.#report(offset, `an alias, which this file may not hold; ${inQuotes('*')}`);
        return { kind: 'scalar', offset, value: null, written: '', references: [], faulty: true };
      }
      default:
        throw new Error('the events of the YAML parser ended inside a node');
    }
  }

  #mapping(offset: number): MappingNode {
    const entries = new Map<string, MappingEntry>();
    while (!this.#pop()) {
      const key = this.#node(this.#end);
      const node = this.#node(key.offset);
      if (key.kind === 'scalar' && key.faulty) continue;
      const earlier = key.kind === 'scalar' ? entries.get(key.written) : undefined;
      if (key.kind !== 'scalar') {
        this.#report(key.offset, 'a key must be text');
      } else if (key.written === '__proto__') {
        this.#report(key.offset, 'the key __proto__ is not allowed');
      } else if (earlier !== undefined) {
        const { line } = this.#position(earlier.keyOffset);
        this.#report(
          key.offset,
          `the key ${quote(key.written)} stands on line ${line} already; keep one of them`,
        );
      } else {
        entries.set(key.written, { keyOffset: key.offset, node });
      }
    }
    return { kind: 'mapping', offset, entries };
  }

  #list(offset: number): ListNode {
    const items: ConfigNode[] = [];
    while (!this.#pop()) items.push(this.#node(items.length === 0 ? offset : (this.#nextDash() ?? offset)));
    return { kind: 'list', offset, items };
  }

  /** The next entry of a block list; a flow list has no dashes, but no empty entries either. */
  #nextDash(): number | undefined {
    const pattern = /["'\]}]*(?:\s|#[^\r\n]*(?![^\r\n]))*-/y;
    pattern.lastIndex = this.#end;
    return pattern.test(this.#text) ? pattern.lastIndex - 1 : undefined;
  }

  #scalar(event: ScalarEvent, emptyOffset: number): ScalarNode {
    if (event.valueStart === -1) {
      this.#end = Math.max(this.#end, emptyOffset + 1);
      return { kind: 'scalar', offset: emptyOffset, value: null, written: '', references: [], faulty: false };
    }
    this.#end = event.valueEnd;
    const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    const written = getScalarValue(this.#text, event);
    return {
      kind: 'scalar',
      offset: event.valueStart - (quoted ? 1 : 0),
      value: event.style === SCALAR_STYLE.PLAIN ? resolvePlain(written) : written,
      written,
      references: [],
      faulty: false,
    };
  }

  #pop(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false;
    this.#next++;
    return true;
  }

  #refuseProperties({ anchorStart, tagStart }: { anchorStart: number; tagStart: number }): void {
    if (anchorStart !== -1) {
      this.#report(anchorStart - 1, `an anchor, which this file may not hold; ${inQuotes('&')}`);
    }
    if (tagStart !== -1) this.#report(tagStart, `a tag, which this file may not hold; ${inQuotes('!')}`);
  }

  #report(offset: number, message: string): void {
    this.#problems.push({ offset, message });
  }
}

function inQuotes(character: string): string {
  return `a value that begins with ${character} must stand in quotes`;
}

/**
 * YAML 1.2's core schema, so that `yes` and `on` stay text. A number that would be written otherwise stays text
 * as well: nobody means 1.1 by the version `1.10`, nor 7 by the number plate `007`.
 */
function resolvePlain(text: string): ScalarNode['value'] {
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    const value = tag.resolve(text, false, tag.tagName);
    if (value === NOT_RESOLVED) continue;
    return typeof value === 'number' && String(value) !== text ? text : value;
  }
  return text;
}

/** A text of the file as it may be shown on a terminal: quoted, short, and without control characters. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(short).replaceAll(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
