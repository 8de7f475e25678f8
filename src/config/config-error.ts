/** All that is wrong with the settings, in one go: nobody should have to start six times to find six mistakes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  /** One sentence or two each: which setting, what was expected, what came, what to do. Never holds a secret. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? (problems[0] ?? '')
        : `${problems.length} settings are wrong:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** A value as an error shows it: quoted, on one line, cut to 60 characters. */
export function quote(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
