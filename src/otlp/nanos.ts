/** Unix nanoseconds do not fit a double, microseconds do (until the year 2255): times are divided before they become one. */

const TWO_TO_32 = 4_294_967_296

/** Unix microseconds, rounded down, of nanoseconds given as two unsigned 32-bit halves. */
export function microsOfNanos(low: number, high: number): number {
  // Dividing the upper half first keeps every intermediate value a whole number below 2^53.
  const rest = (high % 1000) * TWO_TO_32 + low
  return Math.floor(high / 1000) * TWO_TO_32 + Math.floor(rest / 1000)
}
