/** What the judging engine says to everything that tells people. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One alert that began to fire or ended. */
export interface AlertChange {
  /** Of the rule: `above-normal-peak`; an own rule's name as its user wrote it. With the severity it is unique. */
  readonly rule: string;
  readonly severity: Severity;
  readonly kind: 'firing' | 'resolved';
  /** When it changed, milliseconds since 1970. */
  readonly time: number;
  /** Since when the condition had held. */
  readonly since: number;
  readonly explanation: Explanation;
}

/** Plain text for people, made at the moment of the change. No part of it comes from outside this host but `who`. */
export interface Explanation {
  /** `4,210 connections, 2.3 times the normal peak of 1,830 (7 days)` */
  readonly seen: string;
  /** Sentences on what it may mean: `Received bytes are normal: probably idle.` */
  readonly means: readonly string[];
  /** What to do next, each a sentence or a command in backticks, the most useful first. */
  readonly next: readonly string[];
  /** What is judged and from where on it is too much, for a graph; absent where it isn't one number. */
  readonly value?: Figure | undefined;
  /** Page of the project about this rule: absent for own rules. */
  readonly runbook?: string | undefined;
}
export interface Figure {
  readonly value: number;
  readonly threshold: number;
  readonly unit: string;
}
