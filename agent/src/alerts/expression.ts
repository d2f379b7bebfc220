/**
 * What a rule says, once for both engines: the agent evaluates it, Prometheus reads it as PromQL. What is absent makes
 * absent whatever is made from it, and no condition on it is met: the vectors of PromQL do the same.
 */
import type { View } from './view.js';

/** A number that both engines know. */
export interface Fact {
  /** What Prometheus reads it from: one number a host, with the label `host_name` alone. */
  readonly promql: string;
  /** The same number in the agent; `undefined` where it is not known. */
  of(view: View): number | undefined;
}

export type Operator = '+' | '-' | '*' | '/';
export type Comparison = '>' | '>=' | '<' | '<=';

/** A number of one host. */
export type Value =
  | number
  | Fact
  | { readonly left: Value; readonly operator: Operator; readonly right: Value }
  /** 1 where the condition is met, 0 where it is not. */
  | { readonly isMet: Compared };

export interface Compared {
  readonly left: Value;
  readonly comparison: Comparison;
  readonly right: Value;
}

export type Condition =
  | Compared
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  /** Where there is no such number. */
  | { readonly met: Condition; readonly without: Fact };

export function calculate(left: Value, operator: Operator, right: Value): Value {
  return { left, operator, right };
}

export function times(left: Value, right: Value): Value {
  return calculate(left, '*', right);
}

export function isOver(left: Value, right: Value): Compared {
  return { left, comparison: '>', right };
}

export function isAtLeast(left: Value, right: Value): Compared {
  return { left, comparison: '>=', right };
}

export function isAtMost(left: Value, right: Value): Compared {
  return { left, comparison: '<=', right };
}

export function isUnder(left: Value, right: Value): Compared {
  return { left, comparison: '<', right };
}

export function all(...conditions: readonly Condition[]): Condition {
  return { all: conditions };
}

export function any(...conditions: readonly Condition[]): Condition {
  return { any: conditions };
}

/** @returns `undefined` where a part of it is not known */
export function numberOf(value: Value, view: View): number | undefined {
  if (typeof value === 'number') return value;
  if ('of' in value) return value.of(view);
  if ('isMet' in value) {
    const met = compare(value.isMet, view);
    return met === undefined ? undefined : Number(met);
  }
  const left = numberOf(value.left, view);
  const right = numberOf(value.right, view);
  return left === undefined || right === undefined ? undefined : operate(left, value.operator, right);
}

/** What is not known is not met. */
export function isMet(condition: Condition, view: View): boolean {
  if ('all' in condition) return condition.all.every((part) => isMet(part, view));
  if ('any' in condition) return condition.any.some((part) => isMet(part, view));
  if ('met' in condition) return condition.without.of(view) === undefined && isMet(condition.met, view);
  return compare(condition, view) ?? false;
}

/**
 * How near a condition is to being met: 1 at its threshold, half of that where a value would have to be twice as high.
 * Of what has to be met together it is the farthest, and `undefined` where that isn't known; over a threshold of 0 it is
 * infinite.
 */
export function nearness(condition: Condition, view: View): number | undefined {
  if ('all' in condition) {
    const parts = condition.all.map((part) => nearness(part, view));
    return parts.includes(undefined) ? undefined : Math.min(...(parts as number[]));
  }
  if ('any' in condition) {
    const known = condition.any.flatMap((part) => nearness(part, view) ?? []);
    return known.length === 0 ? undefined : Math.max(...known);
  }
  if ('met' in condition) {
    return condition.without.of(view) === undefined ? nearness(condition.met, view) : undefined;
  }
  const { left, comparison, right } = condition;
  const [a, b] = [numberOf(left, view), numberOf(right, view)];
  if (a === undefined || b === undefined) return undefined;
  const share = comparison === '>' || comparison === '>=' ? a / b : b / a;
  if (compare(condition, view)) return share > 0 ? Math.max(1, share) : Number.POSITIVE_INFINITY;
  return share > 0 && share <= 1 ? share : 0;
}

function compare({ left, comparison, right }: Compared, view: View): boolean | undefined {
  const a = numberOf(left, view);
  const b = numberOf(right, view);
  if (a === undefined || b === undefined) return undefined;
  switch (comparison) {
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
  }
}

function operate(left: number, operator: Operator, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
  }
}

/** The same for Prometheus. Every fact has the label `host_name` alone, so vectors match without saying how. */
export function valueInPromql(value: Value): string {
  if (typeof value === 'number') return String(value);
  if ('of' in value) return value.promql;
  if ('isMet' in value) {
    const { left, comparison, right } = value.isMet;
    return `(${valueInPromql(left)} ${comparison} bool ${valueInPromql(right)})`;
  }
  return `(${valueInPromql(value.left)} ${value.operator} ${valueInPromql(value.right)})`;
}

export function conditionInPromql(condition: Condition): string {
  if ('all' in condition) return condition.all.map((part) => bracketed(part)).join(' and ');
  if ('any' in condition) return condition.any.map((part) => bracketed(part)).join(' or ');
  if ('met' in condition) return `${bracketed(condition.met)} unless ${condition.without.promql}`;
  const { left, comparison, right } = condition;
  return `${valueInPromql(left)} ${comparison} ${valueInPromql(right)}`;
}

function bracketed(condition: Condition): string {
  return `(${conditionInPromql(condition)})`;
}
