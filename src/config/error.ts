/** One mistake in a configuration. */
export interface ConfigProblem {
  /** Path of the file, or name of the environment variable, that holds the mistake. */
  readonly source: string;
  /** Line in the file, from 1; absent where the mistake has no place in a file. */
  readonly line?: number;
  /** Column in that line, from 1, in UTF-16 code units as editors count them. */
  readonly column?: number;
  /** What is wrong, what is allowed, and where it can be told what was probably meant. */
  readonly message: string;
}

/** Thrown for a configuration that can't be used; tells every mistake at once, in the order of the file. */
export class AgentConfigError extends Error {
  override readonly name = 'AgentConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(formatProblems(problems));
    this.problems = problems;
  }
}

/** A file that was never meant to be read has a mistake on every line: nobody reads more than these. */
const MAX_LINES = 100;

function formatProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems.slice(0, MAX_LINES).map(formatProblem);
  if (problems.length > MAX_LINES) lines.push(`and ${problems.length - MAX_LINES} more`);
  return lines.join('\n');
}

function formatProblem({ source, line, column, message }: ConfigProblem): string {
  const place = line === undefined ? source : `${source}:${line}:${column}`;
  return `${place}: ${message}`;
}
