/** What an evaluation is: how often the processor is right, against labels or against runs made for the purpose. Each is one file `<name>.eval.ts`. */

export interface Report {
  line(text: string): void
  /** Aligned columns with a head; numbers to the right. */
  table(rows: readonly (readonly string[])[]): void
}

export interface Evaluation {
  /** As in `npm run eval -- <name>`. */
  readonly name: string
  /** One sentence: the question that it answers. */
  readonly question: string
  run(report: Report): Promise<void>
}
