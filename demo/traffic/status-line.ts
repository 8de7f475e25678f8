/** One line of status: rewritten in place on a terminal, printed once a minute where the output is a file or a container's log. */
import type { WriteStream } from 'node:tty'

type Output = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean }

const TERMINAL_EVERY_MS = 1_000
const LOG_EVERY_MS = 60_000

export class StatusLine {
  readonly #output: Output
  readonly #isQuiet: boolean
  readonly #isTerminal: boolean
  #timer: NodeJS.Timeout | null = null

  constructor(output: Output, isQuiet: boolean) {
    this.#output = output
    this.#isQuiet = isQuiet
    this.#isTerminal = output.isTTY === true
  }

  /** A line that stays. */
  say(line: string): void {
    if (!this.#isQuiet) this.#output.write(`${line}\n`)
  }

  start(show: () => string): void {
    if (this.#isQuiet) return
    this.#timer = setInterval(
      () => this.#output.write(this.#isTerminal ? `\r\u001b[K${show()}` : `${show()}\n`),
      this.#isTerminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS,
    )
  }

  /** Makes room for a line that somebody else writes. */
  interrupt(write: () => void): void {
    if (this.#isTerminal && this.#timer !== null) this.#output.write('\r\u001b[K')
    write()
  }

  /** Takes the place of the line that changed. */
  end(line: string): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    if (!this.#isQuiet) this.#output.write(`${this.#isTerminal ? '\r\u001b[K' : ''}${line}\n`)
  }
}
