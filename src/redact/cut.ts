/** Cuts a text to a length between two words: half an address or key would not be recognised and would stay. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const start = text.slice(0, maxLength)
  const lastGap = Math.max(start.lastIndexOf(' '), start.lastIndexOf('\n'))
  return `${lastGap > 0 ? start.slice(0, lastGap) : ''} …`
}
