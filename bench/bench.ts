/** What a benchmark is. Each is one file in this folder; `run.ts` finds them by name. */

/** Prints while a benchmark runs; progress is left out where nobody watches. */
export interface Report {
  /** A line of the result. */
  line(text: string): void
  /** Aligned columns; numbers to the right. */
  table(rows: readonly (readonly string[])[]): void
  /** What is going on, overwritten by the next. */
  progress(text: string): void
}

export interface Benchmark {
  /** As in `npm run bench -- <name>`. */
  readonly name: string
  /** One sentence: the question that it answers. */
  readonly question: string
  run(report: Report): Promise<void>
}
