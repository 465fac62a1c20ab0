/** A command, and what it is documented to print. */
export interface ConsoleStep {
  readonly command: string
  readonly output: readonly string[]
}

/** The steps of a `console` block: each command begins with `$ `, its next lines with `> `. */
export const consoleSteps = (text: string): readonly ConsoleStep[] => {
  const steps: { command: string; output: string[] }[] = []
  for (const line of text.split('\n')) {
    const last = steps.at(-1)
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: [] })
    else if (last === undefined) throw new Error(`before the first command: ${line}`)
    else if (line.startsWith('> ') && last.output.length === 0) last.command += `\n${line.slice(2)}`
    else last.output.push(line)
  }
  return steps
}

/** As `kubectl` prints how old something is: it is another each time. */
const age = /^(\d+[smhdy]){1,2}$/

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** A word of a documented line: an age stands for any age, `…` in it for anything. */
const wordPattern = (word: string): string =>
  age.test(word) ? String.raw`(?:\d+[smhdy]){1,2}` : word.split('…').map(escaped).join('.*')

const linePattern = (line: string): RegExp =>
  new RegExp(
    `^${line
      .trim()
      .split(/\s+/)
      .map(wordPattern)
      .join(String.raw`\s+`)}$`,
  )

const isGap = (line: string | undefined): boolean => line?.trim() === '…'

/**
 * Whether the output is what is documented, but for the width of columns and ages. A line that is `…` stands for any
 * number of lines.
 */
export const isDocumented = (documented: readonly string[], output: readonly string[]): boolean => {
  const [wanted, ...more] = documented
  const [line, ...rest] = output
  if (wanted === undefined) return line === undefined
  if (isGap(wanted))
    return isDocumented(more, output) || (line !== undefined && isDocumented(documented, rest))
  return line !== undefined && linePattern(wanted).test(line.trim()) && isDocumented(more, rest)
}

/** The lines of a text that say something. */
export const linesOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.trim() !== '')
